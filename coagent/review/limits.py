"""What counts as expensive or as low confidence: the outermost twentieth of the stream's day before."""

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from coagent.review.rows import Floats

BINS_PER_DOUBLING = 8
"""Limits are right to 9 %."""
TAIL = 0.05
"""Convention: a share that a person's day has room for."""
FEWEST = 100
"""Fewer values say little of a twentieth."""

Counts = dict[int, int]
"""Positive values by logarithmic bin."""


def add(counts: Counts, values: Floats) -> None:
    """Unknown, zero and negative values are left out."""
    for one, rows in Counter(_bins(values[values > 0]).tolist()).items():
        counts[one] = counts.get(one, 0) + rows


def upper_limit(counts: Counts) -> float | None:
    """At or above it lies at most a twentieth; None where too few values are known."""
    known = sum(counts.values())
    if known < FEWEST:
        return None
    below = 0
    for one in sorted(counts):
        below += counts[one]
        if below >= (1 - TAIL) * known:
            return float(2 ** ((one + 1) / BINS_PER_DOUBLING))
    return None


def _bins(values: Floats) -> NDArray[np.int64]:
    bins: NDArray[np.int64] = np.floor(BINS_PER_DOUBLING * np.log2(values)).astype(np.int64)
    return bins
