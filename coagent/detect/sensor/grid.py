"""One grid for all values, fixed before any data: ranks are exact from the first row on, nothing is binned anew."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import BINS, COUNTED, GRID_RATIO
from coagent.detect.sensor.jit import compiled
from coagent.detect.sensor.sensed import BINARY, IS_COUNT, LOWEST, SIGNS

Bins = NDArray[np.int16]
"""Shape (signals, rows); UNKNOWN where a value is not known."""
Floats = NDArray[np.float64]

UNKNOWN = -1
STEP = float(np.log(GRID_RATIO))
"""Logarithm of a grid step."""


def on_grid(values: Floats) -> Bins:
    """Of values of all signals, shape (signals, rows), NaN unknown. Place 0 holds what is not above zero."""
    return _on_grid(values, SIGNS, np.log(LOWEST), BINARY, IS_COUNT)


@compiled
def _on_grid(
    values: Floats, signs: NDArray[np.int64], log_lowest: Floats, binary: NDArray[np.bool_], counted: NDArray[np.bool_]
) -> Bins:
    found = np.full(values.shape, np.int16(UNKNOWN))
    for s in range(values.shape[0]):
        for j in range(values.shape[1]):
            x = values[s, j] * signs[s]
            if np.isnan(x):
                continue
            if binary[s] or x <= 0:
                found[s, j] = x > 0
            elif counted[s]:
                above = np.floor(np.log(x / COUNTED) / STEP)
                found[s, j] = int(max(x, 1.0)) if x <= COUNTED else int(min(COUNTED + above, BINS - 1.0))
            else:
                place = 1 + np.floor((np.log(x) - log_lowest[s]) / STEP)
                found[s, j] = int(min(max(place, 1.0), BINS - 1.0))
    return found


def off_grid(signal: int, places: NDArray[np.int64]) -> Floats:
    """The value in the middle of each place of a signal (geometric mean); 0 of what is not above zero."""
    if BINARY[signal]:
        return places.astype(np.float64)
    middle = LOWEST[signal] * np.exp(STEP * (places - 0.5))
    if IS_COUNT[signal]:
        middle = np.where(places < COUNTED, places, COUNTED * np.exp(STEP * (places - COUNTED + 0.5)))
    found: Floats = np.where(places > 0, middle, 0.0) * SIGNS[signal]
    return found
