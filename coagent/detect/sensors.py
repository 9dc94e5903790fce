"""The arrays that the sensors of one segment live in."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.bins import BINS, EDGES
from coagent.detect.dependence import BLOCK_ROWS
from coagent.detect.signals import BINARY, COUNT, COVARIATE, RESTLESS

LEVELS = len(BLOCK_ROWS)
STEADY, RESTLESS_BY_NATURE, RARE = np.array([16.0, 4.0]), np.array([12.0, 3.0]), np.array([60.0, 20.0])
"""Degrees of freedom before anything was measured, and a block of the evidence's age; see `dependence`. Means of
normal scores say little about rare events, which come in bursts if at all: those have to be judged when they are over.
"""
CREDULOUS = np.array([1e9, 0.0])
"""Covariates speak up freely: traffic that moves is worth knowing, and pages nobody."""
BLOCK_BINS = 48
ROW_BETS, BLOCK_BETS = 56, 16

Floats32 = NDArray[np.float32]
Floats64 = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.int8]


class Sensors(NamedTuple):
    """First axis: signal. `counts` (category, bin) and `totals` (category) are the reference; covariates use category 0.

    `row_sums` and `block_sums` hold for each bet the sums over possible starts of the change of its evidence (which
    is the Shiryaev-Roberts statistic), of age times evidence and of squared age times evidence: they tell the onset.
    `scale` is the power by which `row_sums` were divided to stay in range. `parts` is what each level says after due
    caution, `stat` their sum. `moments` measure how rows depend on each other, `calm` are the moments when nothing
    looked suspicious, `variance` (level) what follows from them. `mixture` holds the bets' shares in an alarm and
    `recovery` the log evidence since then that the reference is back. `limit` is the signal's own threshold.
    `quiet` rows to come tell only of dependence.
    """

    active: Flags
    covariate: Flags
    alarmed: Flags
    edges: Floats32
    counts: Ints
    totals: Ints
    row_sums: Floats32
    scale: Ints
    block_sums: Floats32
    block_counts: Ints
    sums: Floats64
    known: NDArray[np.int64]
    moments: Floats64
    calm: Floats64
    freedom: Floats64
    variance: Floats64
    parts: Floats64
    stat: Floats64
    peak: Floats64
    weight: Floats64
    limit: Floats64
    mixture: Floats32
    recovery: Floats64
    quiet: NDArray[np.int64]


def _freedom() -> Floats64:
    freedom = np.where(RESTLESS[:, None], RESTLESS_BY_NATURE, STEADY)
    freedom[BINARY] = RARE
    freedom[COVARIATE] = CREDULOUS
    return freedom


def new_sensors(categories: int = 1) -> Sensors:
    """Nothing active, nothing seen."""
    blocks = LEVELS - 1
    return Sensors(
        active=np.zeros(COUNT, np.int8),
        covariate=COVARIATE.astype(np.int8),
        alarmed=np.zeros(COUNT, np.int8),
        edges=np.full((COUNT, EDGES), np.inf, np.float32),
        counts=np.zeros((COUNT, categories, BINS), np.int32),
        totals=np.zeros((COUNT, categories), np.int32),
        row_sums=np.zeros((COUNT, 3, ROW_BETS), np.float32),
        scale=np.zeros(COUNT, np.int32),
        block_sums=np.zeros((COUNT, blocks, 3, BLOCK_BETS), np.float32),
        block_counts=np.zeros((COUNT, blocks, BLOCK_BINS), np.int32),
        sums=np.zeros((COUNT, blocks), np.float64),
        known=np.zeros(COUNT, np.int64),
        moments=np.zeros((COUNT, LEVELS, 2), np.float64),
        calm=np.zeros((COUNT, LEVELS, 2), np.float64),
        freedom=_freedom(),
        variance=np.ones((COUNT, LEVELS), np.float64),
        parts=np.zeros((COUNT, LEVELS), np.float64),
        stat=np.zeros(COUNT, np.float64),
        peak=np.zeros(COUNT, np.float64),
        weight=np.zeros(COUNT, np.float64),
        limit=np.full(COUNT, np.inf, np.float64),
        mixture=np.zeros((COUNT, ROW_BETS), np.float32),
        recovery=np.zeros(COUNT, np.float64),
        quiet=np.zeros(COUNT, np.int64),
    )


def with_room_for(sensors: Sensors, categories: int) -> Sensors:
    """The same with counts for at least so many categories, a power of two."""
    more = (1 << (categories - 1).bit_length()) - sensors.counts.shape[1]
    if more <= 0:
        return sensors
    return sensors._replace(
        counts=np.pad(sensors.counts, ((0, 0), (0, more), (0, 0))),
        totals=np.pad(sensors.totals, ((0, 0), (0, more))),
    )


def forget_evidence(sensors: Sensors, signals: NDArray[np.bool_]) -> None:
    """Starts the statistics of these signals anew; the reference and what is known of its dependence stay."""
    for array in (sensors.row_sums, sensors.scale, sensors.block_sums, sensors.sums, sensors.known, sensors.parts):
        array[signals] = 0
    for array in (sensors.stat, sensors.peak, sensors.alarmed, sensors.mixture, sensors.recovery):
        array[signals] = 0
    sensors.moments[signals] = sensors.calm[signals]


def forget_reference(sensors: Sensors, signals: NDArray[np.bool_]) -> None:
    """Also empties their counts."""
    forget_evidence(sensors, signals)
    for array in (sensors.counts, sensors.totals, sensors.block_counts):
        array[signals] = 0
