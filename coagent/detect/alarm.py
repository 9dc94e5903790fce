"""An alarm of one signal: when it rose, and since when, as its own evidence tells."""

from typing import NamedTuple

import msgspec
import numpy as np

from coagent.detect.dependence import BLOCK_ROWS
from coagent.detect.sensors import Sensors
from coagent.domain.row import RowRef

DEVIATIONS = 2.0


class Alarm(msgspec.Struct, frozen=True, array_like=True):
    """`low` and `high` bound the onset's ordinal; `block_rows` is the level that carried the evidence."""

    signal: int
    raised: RowRef
    onset: RowRef
    low: int
    high: int
    log10_evidence: float
    block_rows: int


class Age(NamedTuple):
    """How many known rows of the signal ago the change began: mean, and bounds of about 95 %."""

    mean: float
    least: float
    most: float


def age(sensors: Sensors, signal: int) -> Age:
    """The evidence of each possible start is its likelihood ratio: all of them together are a posterior of the start."""
    level = strongest_level(sensors, signal)
    sums = sensors.row_sums[signal] if level == 0 else sensors.block_sums[signal, level - 1]
    evidence, age_sum, square_sum = sums.astype(np.float64).sum(axis=1)
    if evidence <= 0:
        return Age(0.0, 0.0, 0.0)
    mean = age_sum / evidence
    deviation = float(np.sqrt(max(square_sum / evidence - mean**2, 0.0)))
    rows = BLOCK_ROWS[level]
    since_block = float(sensors.known[signal] % rows)
    low, high = (mean - DEVIATIONS * deviation) * rows, (mean + DEVIATIONS * deviation + 1) * rows - 1
    return Age(float(mean * rows + (rows - 1) / 2 + since_block), max(low, 0.0), float(high + since_block))


def strongest_level(sensors: Sensors, signal: int) -> int:
    return int(np.argmax(sensors.parts[signal]))


def mixture(sensors: Sensors, signal: int) -> None:
    """Keeps what the evidence says about the kind of change: each bet's share of it."""
    sums = sensors.row_sums[signal, 0].astype(np.float64)
    sensors.mixture[signal] = sums / max(sums.sum(), np.finfo(np.float64).tiny)
    sensors.recovery[signal] = 0.0
    sensors.alarmed[signal] = 1
