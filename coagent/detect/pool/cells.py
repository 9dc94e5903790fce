"""The cells into which pooled ranks fall: doubling from both ends, then even."""

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from coagent.detect.bets import cell_bounds
from coagent.detect.conformal_sensor import CELLS as FINE_CELLS

Counts = NDArray[np.int64]

TAIL = (0, 1, 2, 4, 8, 16, 32, 64, 66, 68, 72, 76, 84, 92, 108, 124, 140, 156, 172)
"""Lower bounds of the cells below the middle, as places among the sensors' cells; the upper half mirrors them."""
STARTS = np.array([*TAIL, FINE_CELLS // 2, *(FINE_CELLS - place for place in TAIL[:0:-1])])
CELLS = len(STARTS)

BOUNDS = np.append(cell_bounds()[STARTS], 1.0)
WIDTHS = np.diff(BOUNDS)
MIDDLES = (BOUNDS[1:] + BOUNDS[:-1]) / 2


def coarse(cells: NDArray[np.int32]) -> Counts:
    """The sensors' cells (signal, FINE_CELLS) summed up, shape (signal, CELLS)."""
    return np.add.reduceat(cells, STARTS, axis=1).astype(np.int64)


def _scores() -> NDArray[np.float64]:
    """Mean normal score within each cell, scaled to variance one."""
    mean = -np.diff(norm.pdf(norm.ppf(BOUNDS))) / WIDTHS
    return np.asarray(mean / np.sqrt(WIDTHS @ mean**2))


SCORES = _scores()
