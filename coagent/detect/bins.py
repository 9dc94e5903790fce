"""Fixed bins of a signal's values: equal shares of its first rows, and edges far out, where rollouts live."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.columns import Floats
from coagent.detect.compiled import compiled
from coagent.detect.conformal_sensor import BINS

INNER = 46
"""Shares of the first rows that edges part; eight edges more lie far out on each side."""
OUTER = 0.05
REACH = np.array([1.25, 1.5, 1.9, 2.5, 4.0, 8.0, 16.0, 64.0])
"""Edges far out, in distances from the median to the outer twentieth of the first rows."""
BINARY_EDGE = 0.5
ROUNDING = 1e-9

Edges = NDArray[np.float32]
"""Ascending, shape (BINS,), padded with infinity, the last one always; a value falls into the bin numbered by the edges
below it.
"""


def edges_of(values: NDArray[np.float32], *, binary: bool) -> Edges:
    """Edges from a signal's first known values (at least one)."""
    edges = np.full(BINS, np.inf, np.float32)
    if binary:
        edges[0] = BINARY_EDGE
    else:
        ascending = np.sort(values.astype(np.float64))
        _reach_out(ascending, REACH, edges)
        _part(ascending, edges)
    return edges


@compiled
def _reach_out(values: Floats, reach: Floats, edges: Edges) -> None:
    """Edges far out hang on no extreme of the ascending values: a bin that ends with a row of its own would hold one
    too many, and later rows would seem to move. Only a value that came twice may end the scale.
    """
    low, middle, high = values[0], _quantile(values, 0.5), values[-1]
    upper = (_quantile(values, 1 - OUTER) - middle) or (high - middle) or abs(middle) or 1.0
    lower = (middle - _quantile(values, OUTER)) or (middle - low) or abs(middle) or 1.0
    for far in reach:
        _insert(middle - lower * far, edges)
        _insert(middle + upper * far, edges)
    if len(values) > 1 and values[1] == low:
        _insert(np.nextafter(np.float32(low), np.float32(-np.inf)), edges)
    if len(values) > 1 and values[-2] == high:
        _insert(high, edges)


@compiled
def _part(values: Floats, edges: Edges) -> None:
    """Edges with equal shares of the ascending values between them, half way from one value to the next."""
    share = 1
    for j in range(len(values) - 1):
        below = (j + 1) / len(values)
        if values[j + 1] > values[j] and below >= share / INNER - ROUNDING:
            _insert((values[j] + values[j + 1]) / 2, edges)
            while below >= share / INNER - ROUNDING:
                share += 1


@compiled
def _insert(value: float, edges: Edges) -> None:
    """Keeps them ascending, each once, and the last one infinite."""
    edge, place = np.float32(value), 0
    while edges[place] < edge:
        place += 1
    if edge < edges[place]:
        for k in range(len(edges) - 2, place, -1):
            edges[k] = edges[k - 1]
        edges[place] = edge
        edges[-1] = np.inf


@compiled
def _quantile(values: Floats, share: float) -> float:
    """Of ascending values, interpolated; `share` from 0 to 1."""
    place = share * (len(values) - 1)
    before = int(place)
    after = min(before + 1, len(values) - 1)
    return float(values[before] + (values[after] - values[before]) * (place - before))
