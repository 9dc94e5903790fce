"""The arrays that the sensors of one segment live in."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.bets import stakes
from coagent.detect.conformal_sensor import BETS, BINS, BLOCK_ROWS
from coagent.detect.signals import BINARY, COUNT, COVARIATE, RESTLESS, Floats32, Longs

HOUR_S = 3600.0
STEADY = np.array([6.0, 8.0, 2.0, 0.0, 0.5])
RESTLESS_BY_NATURE = np.array([6.0, 8.0, 2.0, 1 / HOUR_S, 0.25])
RARE = np.array([60.0, 40.0, 1e-9, 0.0, 1.0])
"""Degrees of freedom (see `conformal_sensor`) before anything was measured; for each time the reference is as long as
the evidence is old; how many such times are few, of which each counts less: what happened once in five such spans may
happen again; and by how much they shrink with each second of age while the daily cycle is not known: within minutes it
moves little, within hours much. Then the standard errors that are taken off a measured variance, so that exchangeable
rows lose little by what is not sure. Means of normal scores say little about rare events, which come in bursts if at
all: those have to be judged when they are over.
"""

Floats64 = NDArray[np.float64]
Ints = NDArray[np.int32]


LEVELS = len(BLOCK_ROWS)
SENSOR = np.dtype(
    [
        ("edges", "f4", BINS), ("bet_sums", "f4", (3, BETS)), ("mixture", "f4", BETS),
        ("sums", "f8", LEVELS - 1), ("moments", "f8", (LEVELS, 2)), ("calm", "f8", (LEVELS, 2)),
        ("variance", "f8", LEVELS), ("kin_excess", "f8", LEVELS),
        ("stat", "f8"), ("peak", "f8"), ("recovery", "f8"),
        ("scale", "i8"), ("known", "i8"), ("quiet", "i8"), ("alarmed", "i8"),
        ("active", "i8"), ("covariate", "i8"), ("kin", "i8"), ("weight", "f8"), ("limit", "f8"), ("freedom", "f8", 5),
        ("stake", "f4", BETS),
    ],
    align=True,
)  # fmt: skip
"""A signal's numbers side by side, for the compiled sensor. Those up to `alarmed` are state, the others follow from
the settings; those up to `mixture` and the last have four bytes, the others eight.
"""


class Sensors(NamedTuple):
    """First axis: signal. `counts` (category, bin), `totals` (category) are the reference; covariates use category 0.
    `each` holds the signals' records, and the other arrays are its columns.

    `edges` (bin) end a signal's bins. `bet_sums` hold for each bet the sums over possible starts of the change of its
    evidence (which is the Shiryaev-Roberts statistic), of age times evidence and of squared age times evidence: they
    tell the onset. They are divided by 1e18 to the power of `scale` to stay in range. `stat` is the bets' mean after
    due caution, `peak` its highest. `sums` (level) are normal scores waiting for their block to fill, `moments` (level;
    blocks, sum of squares) measure how rows depend on each other, `calm` are the moments when nothing looked
    suspicious, `variance` (level) is what follows from them, no less than 1 + `kin_excess` (level) of the signals of
    the same `kin` (0: none). `mixture` holds the bets' shares in an alarm and `recovery` the log evidence since then
    that the reference is back. `limit` is the signal's own threshold. `quiet` rows to come tell only of dependence.
    `stake` (bet) is what each start of a change puts on each bet.
    """

    each: NDArray[np.void]
    counts: Ints
    totals: Ints
    edges: Floats32
    bet_sums: Floats32
    mixture: Floats32
    sums: Floats64
    moments: Floats64
    calm: Floats64
    variance: Floats64
    kin_excess: Floats64
    stat: Floats64
    peak: Floats64
    recovery: Floats64
    scale: Longs
    known: Longs
    quiet: Longs
    alarmed: Longs
    active: Longs
    covariate: Longs
    kin: Longs
    weight: Floats64
    limit: Floats64
    freedom: Floats64
    stake: Floats32


def sensors_of(each: NDArray[np.void], categories: int) -> Sensors:
    """With these records, and counts still empty."""
    counts = np.zeros((len(each), categories, BINS), np.int32)
    return Sensors(each, counts, np.zeros(counts.shape[:2], np.int32), *(each[name] for name in SENSOR.names or ()))


EVIDENCE = ("bet_sums", "scale", "sums", "known", "stat", "peak", "alarmed", "mixture", "recovery")


def _freedom() -> Floats64:
    freedom = np.where(RESTLESS[:, None], RESTLESS_BY_NATURE, STEADY)
    freedom[BINARY] = RARE
    freedom[COVARIATE] = STEADY  # traffic wobbles too: what it did before is no news
    return freedom


def sensor_of(signal: int) -> Sensors:
    """New sensors of one signal alone."""
    return sensors_of(new_sensors().each[signal : signal + 1], 1)


def new_sensors(categories: int = 1) -> Sensors:
    """Nothing active, nothing seen."""
    each = np.zeros(COUNT, SENSOR)
    each["edges"], each["limit"] = np.inf, np.inf
    each["variance"], each["covariate"], each["freedom"] = 1.0, COVARIATE, _freedom()
    each["kin"] = np.where(RESTLESS, 1, 2) * ~(BINARY | COVARIATE)
    each["stake"] = np.where(BINARY[:, None], stakes(binary=True), stakes(binary=False))
    return sensors_of(each, categories)


def with_room_for(sensors: Sensors, categories: int) -> Sensors:
    """The same with counts for at least so many categories; what is added makes them a power of two."""
    held = sensors.counts.shape[1]
    if categories <= held:
        return sensors
    larger = sensors_of(sensors.each, 1 << (categories - 1).bit_length())
    larger.counts[:, :held], larger.totals[:, :held] = sensors.counts, sensors.totals
    return larger


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
