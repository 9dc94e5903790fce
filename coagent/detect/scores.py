"""Where rows stand against the reference as it is now, for looks from outside of the compiled sensors."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.bets import bets, cell_bounds
from coagent.detect.noise import uniform
from coagent.detect.rows import Rows
from coagent.detect.signals import COVARIATE
from coagent.detect.watch import Watch

DEVIATIONS = 2.5


def scores(watch: Watch, signal: int, rows: Rows) -> NDArray[np.float32]:
    """Normal scores of known values against the reference as it is now, shape (rows,)."""
    places = np.searchsorted(watch.sensors.edges[signal], rows.values[signal])
    categories = np.zeros(rows.size, int) if COVARIATE[signal] else rows.categories.astype(int)
    counts = watch.sensors.counts[signal][categories].astype(np.int64)
    equal = np.take_along_axis(counts, places[:, None], axis=1)[:, 0]
    below = np.take_along_axis(counts.cumsum(axis=1), places[:, None], axis=1)[:, 0] - equal
    ranks = (below + uniform(rows.hashes, signal) * (equal + 1)) / (counts.sum(axis=1) + 1)
    return np.asarray(bets().score[np.searchsorted(cell_bounds(), ranks) - 1], np.float32)


def looks_like_reference(watch: Watch, signal: int, rows: Rows) -> bool:
    """Mean and spread of these rows' scores are those of the reference, as far as so many rows tell."""
    known = rows.take(np.isfinite(rows.values[signal]))
    if not known.size:
        return True
    found = scores(watch, signal, known).astype(np.float64)
    noise = (watch.sensors.variance[signal, 2] * (1 / known.size + 1 / max(watch.reference_rows, 1))) ** 0.5
    return bool(abs(found.mean()) < DEVIATIONS * noise and abs((found**2).mean() - 1) < DEVIATIONS * 2**0.5 * noise)
