"""The arrays that the sensors of one segment live in."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.bins import BINS
from coagent.detect.conformal_sensor import BETS, BLOCK_ROWS, EDGES
from coagent.detect.signals import BINARY, COUNT, COVARIATE, RESTLESS

HOUR_S = 3600.0
STEADY = np.array([16.0, 4.0, 0.0])
RESTLESS_BY_NATURE = np.array([12.0, 3.0, 1 / HOUR_S])
RARE = np.array([60.0, 20.0, 0.0])
"""Degrees of freedom (see `conformal_sensor`) before anything was measured; for each time the reference is as long as
the evidence is old; and by how much they shrink with each second of age while the daily cycle is not known: within
minutes it moves little, within hours much. Means of normal scores say little about rare events, which come in bursts
if at all: those have to be judged when they are over.
"""
Floats32 = NDArray[np.float32]
Floats64 = NDArray[np.float64]
Ints = NDArray[np.int32]
Flags = NDArray[np.int8]


class Sensors(NamedTuple):
    """First axis: signal. `counts` (category, bin), `totals` (category) are the reference; covariates use category 0.

    `bet_sums` hold for each bet the sums over possible starts of the change of its evidence (which is the
    Shiryaev-Roberts statistic), of age times evidence and of squared age times evidence: they tell the onset. They are
    divided by 1e18 to the power of `scale` to stay in range. `stat` is the bets' mean after due caution, `peak` its
    highest. `sums` (level) are normal scores waiting for their block to fill, `moments` (level; blocks, sum of squares)
    measure how rows depend on each other, `calm` are the moments when nothing looked suspicious, `variance` (level)
    is what follows from them. `mixture` holds the bets' shares in an alarm and `recovery` the log evidence since then
    that the reference is back. `limit` is the signal's own threshold. `quiet` rows to come tell only of dependence.
    """

    active: Flags
    covariate: Flags
    alarmed: Flags
    edges: Floats32
    counts: Ints
    totals: Ints
    bet_sums: Floats32
    scale: Ints
    sums: Floats64
    known: NDArray[np.int64]
    moments: Floats64
    calm: Floats64
    freedom: Floats64
    variance: Floats64
    stat: Floats64
    peak: Floats64
    weight: Floats64
    limit: Floats64
    mixture: Floats32
    recovery: Floats64
    quiet: NDArray[np.int64]


EVIDENCE = ("bet_sums", "scale", "sums", "known", "stat", "peak", "alarmed", "mixture", "recovery")


def _freedom() -> Floats64:
    freedom = np.where(RESTLESS[:, None], RESTLESS_BY_NATURE, STEADY)
    freedom[BINARY] = RARE
    freedom[COVARIATE] = STEADY  # traffic wobbles too: what it did before is no news
    return freedom


def sensor_of(signal: int) -> Sensors:
    """New sensors of one signal alone."""
    everything = new_sensors()
    return Sensors(**{name: getattr(everything, name)[signal : signal + 1] for name in Sensors._fields})


def new_sensors(categories: int = 1) -> Sensors:
    """Nothing active, nothing seen."""
    levels = len(BLOCK_ROWS)
    return Sensors(
        active=np.zeros(COUNT, np.int8),
        covariate=COVARIATE.astype(np.int8),
        alarmed=np.zeros(COUNT, np.int8),
        edges=np.full((COUNT, EDGES), np.inf, np.float32),
        counts=np.zeros((COUNT, categories, BINS), np.int32),
        totals=np.zeros((COUNT, categories), np.int32),
        bet_sums=np.zeros((COUNT, 3, BETS), np.float32),
        scale=np.zeros(COUNT, np.int32),
        sums=np.zeros((COUNT, levels - 1), np.float64),
        known=np.zeros(COUNT, np.int64),
        moments=np.zeros((COUNT, levels, 2), np.float64),
        calm=np.zeros((COUNT, levels, 2), np.float64),
        freedom=_freedom(),
        variance=np.ones((COUNT, levels), np.float64),
        stat=np.zeros(COUNT, np.float64),
        peak=np.zeros(COUNT, np.float64),
        weight=np.zeros(COUNT, np.float64),
        limit=np.full(COUNT, np.inf, np.float64),
        mixture=np.zeros((COUNT, BETS), np.float32),
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
    for name in EVIDENCE:
        getattr(sensors, name)[signals] = 0
    sensors.moments[signals] = sensors.calm[signals]


def forget_reference(sensors: Sensors, signals: NDArray[np.bool_]) -> None:
    """Also empties their counts."""
    forget_evidence(sensors, signals)
    sensors.counts[signals] = 0
    sensors.totals[signals] = 0
