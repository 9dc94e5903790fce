"""Fixed bins of a signal's values: equal shares of its first rows, and edges far out, where rollouts live."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.conformal_sensor import BINS

INNER = 46
"""Edges within the first rows' values; the others lie beyond them, eight on each side."""
BEYOND = 8
BINARY_EDGE = 0.5

Edges = NDArray[np.float32]
"""Ascending, shape (BINS,), padded with infinity, the last one always; a value falls into the bin numbered by the edges
below it.
"""


def edges_of(values: NDArray[np.float32], *, binary: bool) -> Edges:
    """Edges from a signal's first known values (at least one)."""
    edges = np.full(BINS, np.inf, np.float32)
    found = np.array([BINARY_EDGE]) if binary else _continuous(values.astype(np.float64))
    edges[: len(found)] = found
    return edges


def _continuous(values: NDArray[np.float64]) -> NDArray[np.float64]:
    inner = np.quantile(values, np.linspace(0, 1, INNER), method="inverted_cdf")
    low, middle, high = values.min(), np.median(values), values.max()
    upper = (high - middle) or abs(middle) or 1.0
    lower = (middle - low) or abs(middle) or 1.0
    reach = 2.0 ** np.arange(-3.0, BEYOND - 3)
    just_below = np.nextafter(np.float32(low), np.float32(-np.inf))
    edges = np.concatenate([low - lower * reach, [just_below], inner, high + upper * reach])
    return np.unique(edges.astype(np.float32)).astype(np.float64)[: BINS - 1]
