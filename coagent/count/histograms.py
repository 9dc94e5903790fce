"""Histograms of many groups of rows at once."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from coagent.columns import histogram_bins

Counts = dict[int, int]
"""From bin to count."""

BINS = 1 << 12
"""More than there are bins from LEAST to the longest that a float holds in seconds of a century."""


def histograms(values: NDArray[np.float64], bounds: NDArray[np.int64]) -> Iterator[Counts]:
    """Of each group, its rows (shape (rows,), NaN unknown) from one of `bounds` to the next."""
    group = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
    known = np.isfinite(values)
    bins = histogram_bins(values[known])
    keys, counts = np.unique(group[known] * BINS + bins + BINS // 2, return_counts=True)
    groups, numbers = np.divmod(keys, BINS)
    ends = np.searchsorted(groups, np.arange(len(bounds)))
    for start, end in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
        yield dict(zip((numbers[start:end] - BINS // 2).tolist(), counts[start:end].tolist(), strict=True))


def add(total: dict[int, int], counts: Counts) -> None:
    """Counts onto a total, in place."""
    for number, count in counts.items():
        total[number] = total.get(number, 0) + count
