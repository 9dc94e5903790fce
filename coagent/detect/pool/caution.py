"""How far pooled evidence can be trusted: segments of one provider share its load, and their times breathe together.

As in `coagent.detect.conformal_sensor`: evidence over m rows is lowered by the variance of means over m rows of the
pooled stream, against that of independent rows, and by how little is known of that variance. Where nothing was measured
yet, times are taken to move together altogether.
"""

import numpy as np

from coagent.detect.pool.cells import SCORES, Counts
from coagent.detect.pool.statistics import LEVELS, Floats, Signals, Statistics
from coagent.detect.sensors import HOUR_S
from coagent.detect.signals import RESTLESS

PRIOR_BLOCKS = 4.0
ERRORS = 1.0
"""Standard errors that are taken off a measured variance."""
STEP = 8.0
"""Rows of a block over those of the next shorter one."""
PRIOR_GROWTH = np.where(RESTLESS, STEP, 2.0)
"""Until blocks of a length are measured, their excess variance is this multiple of that of the next shorter."""
FIRST_EXCESS = np.where(RESTLESS, 2.0, 0.0)
"""Excess variance of the shortest blocks before any was measured."""
STEADY = np.array([60.0, 20.0, 0.0])
RESTLESS_BY_NATURE = np.array([12.0, 3.0, 1 / HOUR_S])
"""Degrees of freedom before anything was measured, for each time the reference is as long as the evidence is old, and
by how much they shrink with each second of age (see `coagent.detect.sensors`). What a provider's fingerprints share is
little, and it is measured over many segments; times breathe together.
"""
UNKNOWN_DAYS_S = 2 * 86_400.0
"""So long the daily cycle is not known."""


def _freedom() -> Floats:
    return np.where(RESTLESS[:, None], RESTLESS_BY_NATURE, STEADY)


def fill_blocks(statistics: Statistics, signals: Signals, cells: Counts) -> None:
    """A batch joins the blocks of every length; full ones are remembered."""
    filling = statistics.filling[signals]
    filling += np.stack([cells @ SCORES, cells.sum(axis=1)], axis=1)[:, None, :]
    full = filling[..., 1] >= LEVELS
    squares = np.where(full, filling[..., 0] ** 2 / np.maximum(filling[..., 1], 1), 0.0)
    statistics.moments[signals] += np.stack([full.astype(np.float64), squares], axis=2)
    statistics.filling[signals] = np.where(full[..., None], 0.0, filling)


def measure(statistics: Statistics, signals: Signals) -> None:
    """Takes these signals' moments as those of a calm stream."""
    statistics.calm[signals] = statistics.moments[signals]
    count, squares = statistics.moments[signals, :, 0], statistics.moments[signals, :, 1]
    blocks, excess = count + PRIOR_BLOCKS, FIRST_EXCESS[signals] / PRIOR_GROWTH[signals]
    for level in range(len(LEVELS)):
        prior = 1 + PRIOR_GROWTH[signals] * excess
        found = (squares[:, level] + PRIOR_BLOCKS * prior) / blocks[:, level]
        excess = np.maximum(found / (1 + ERRORS * np.sqrt(2 / blocks[:, level])) - 1, 0.0)
        statistics.variance[signals, level] = 1 + excess


def ratio_at(statistics: Statistics, signals: Signals, rows: Floats) -> Floats:
    """Variance ratio of means over so many rows, shape (signals,): between block lengths by their logarithms; beyond
    the longest, excess grows on as it is taken to before it was measured.
    """
    place = np.clip(np.log(np.maximum(rows, 1.0) / LEVELS[0]) / np.log(STEP), 0.0, None)
    level = np.minimum(place.astype(int), len(LEVELS) - 2)
    each = np.arange(len(signals))
    found = statistics.variance[signals]
    inner = found[each, level] + (found[each, level + 1] - found[each, level]) * np.minimum(place - level, 1.0)
    beyond = PRIOR_GROWTH[signals] ** np.maximum(place - (len(LEVELS) - 1), 0.0)
    return np.asarray(1 + (inner - 1) * beyond)


def tempered(statistics: Statistics, signals: Signals, mean: Floats, age: Floats, pace_s: float) -> Floats:
    """Evidence after due caution, shape (signals,). `pace_s`: seconds a row, 0 once days are known."""
    log_evidence = np.log(np.maximum(mean, 1e-300))
    first, more, shrink = FREEDOM[signals].T
    degrees = (first + more * statistics.known[signals] / np.maximum(age, 1.0)) / (1 + shrink * age * pace_s)
    ratio = ratio_at(statistics, signals, age)
    cautious = degrees / 2 * np.log1p(2 * np.maximum(log_evidence, 0.0) / (degrees * ratio))
    return np.asarray(np.exp(np.where(log_evidence > 0, cautious, log_evidence)))


FREEDOM = _freedom()
