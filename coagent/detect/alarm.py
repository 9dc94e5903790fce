"""An alarm of one signal: when it rose, and since when, as its own evidence tells."""

from typing import NamedTuple

import msgspec
import numpy as np

from coagent.detect.sensors import Sensors
from coagent.domain.row import RowRef

DEVIATIONS = 2.0


class Alarm(msgspec.Struct, frozen=True, array_like=True):
    """`low` and `high` bound the onset's ordinal."""

    signal: int
    raised: RowRef
    onset: RowRef
    low: int
    high: int
    log10_evidence: float


class Age(NamedTuple):
    """How many known rows of the signal ago the change began: mean, and bounds of about 95 %."""

    mean: float
    least: float
    most: float


def age(sensors: Sensors, signal: int) -> Age:
    """Each possible start's evidence is its likelihood ratio: all together they are a posterior of the start."""
    evidence, age_sum, square_sum = sensors.bet_sums[signal].astype(np.float64).sum(axis=1)
    if evidence <= 0:
        return Age(0.0, 0.0, 0.0)
    mean = float(age_sum / evidence)
    spread = DEVIATIONS * float(np.sqrt(max(square_sum / evidence - mean**2, 0.0)))
    return Age(mean, max(mean - spread, 0.0), mean + spread)


def mixture(sensors: Sensors, signal: int) -> None:
    """Keeps what the evidence says about the kind of change: each bet's share of it."""
    sums = sensors.bet_sums[signal, 0].astype(np.float64)
    sensors.mixture[signal] = sums / max(sums.sum(), np.finfo(np.float64).tiny)
    sensors.recovery[signal] = 0.0
    sensors.alarmed[signal] = 1
