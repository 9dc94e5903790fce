"""Fixed bins of a signal's values: equal shares of its first rows, and edges far out, where rollouts live."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from coagent.detect.conformal_sensor import BINS

INNER = 46
"""Shares of the first rows that edges part; eight edges more lie far out on each side."""
OUTER = 0.05
REACH = np.array([1.25, 1.5, 1.9, 2.5, 4.0, 8.0, 16.0, 64.0])
"""Edges far out, in distances from the median to the outer twentieth of the first rows."""
BINARY_EDGE = 0.5

Edges = NDArray[np.float32]
"""Ascending, shape (BINS,), padded with infinity, the last one always; a value falls into the bin numbered by the edges
below it.
"""


def edges_of(values: NDArray[np.float32], *, binary: bool) -> Edges:
    """Edges from a signal's first known values (at least one)."""
    edges = np.full(BINS, np.inf, np.float32)
    found = [BINARY_EDGE] if binary else _continuous(values.astype(np.float64))
    edges[: len(found)] = found
    return edges


def _continuous(values: NDArray[np.float64]) -> NDArray[np.float32]:
    """Edges lie between the first values, never on one, and those far out hang on no extreme: a bin that ends with a
    row of its own would hold one too many, and later rows would seem to move. Only a value that came twice may end the
    scale.
    """
    ascending = np.sort(values)
    found, counts = _distinct(ascending)
    low, high = found[0], found[-1]
    places = np.array([OUTER, 0.5, 1 - OUTER]) * (len(values) - 1)
    outer_low, middle, outer_high = np.interp(places, np.arange(len(values)), ascending)
    upper = (outer_high - middle) or (high - middle) or abs(middle) or 1.0
    lower = (middle - outer_low) or (middle - low) or abs(middle) or 1.0
    ends = [np.nextafter(np.float32(low), np.float32(-np.inf))] if counts[0] > 1 else []
    ends += [high] if counts[-1] > 1 else []
    edges = np.concatenate([middle - lower * REACH, ends, _between(found, counts), middle + upper * REACH])
    return _distinct(np.sort(edges.astype(np.float32)))[0][: BINS - 1]


def _distinct(ascending: NDArray[Any]) -> tuple[NDArray[Any], NDArray[np.int64]]:
    """Each value once, and how often it came: `numpy.unique` takes longer than all else here."""
    firsts = np.flatnonzero(np.concatenate([[True], ascending[1:] != ascending[:-1]]))
    return ascending[firsts], np.diff(firsts, append=len(ascending))


def _between(found: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Edges with equal shares of the values between them, half way from one value to the next."""
    shares = np.cumsum(counts) / counts.sum()
    places = np.unique(np.searchsorted(shares[:-1], np.arange(1, INNER) / INNER - 1e-9))
    places = places[places < len(found) - 1]
    return np.asarray((found[places] + found[places + 1]) / 2)
