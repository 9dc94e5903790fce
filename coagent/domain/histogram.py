"""Counts of positive numbers on one log-spaced grid: they add up, and give any percentile within 2 %.

Bin i holds values above GROWTH**(i - 1) up to GROWTH**i, and stands for the value whose relative distance to both ends
is the same. Source: Masson, Rim & Lee 2019, "DDSketch: a fast and fully-mergeable quantile sketch with relative-error
guarantees".
"""

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate

import msgspec

RELATIVE_ERROR = 0.02
GROWTH = (1 + RELATIVE_ERROR) / (1 - RELATIVE_ERROR)
LEAST = 1e-4
"""Seconds; what is shorter counts as this long."""


class Histogram(msgspec.Struct, frozen=True):
    """`bins` ascending, each with how often it was met."""

    bins: list[int]
    counts: list[int]


def bin_value(number: int) -> float:
    """The value that a bin stands for."""
    return 2 * GROWTH**number / (GROWTH + 1)


def added(histograms: Iterable[Histogram | None]) -> Histogram | None:
    """All together; None where none is known."""
    total: dict[int, int] = {}
    for one in histograms:
        for number, count in zip(one.bins, one.counts, strict=True) if one else ():
            total[number] = total.get(number, 0) + count
    return of_counts(total)


def of_counts(counts: dict[int, int]) -> Histogram | None:
    """From bin to count; None of nothing."""
    bins = sorted(counts)
    return Histogram(bins, [counts[number] for number in bins]) if bins else None


def percentiles(histogram: Histogram | None, shares: Sequence[float]) -> tuple[float, ...] | None:
    """The least values that at least these shares (0 to 1) do not exceed; None where nothing is known."""
    if histogram is None:
        return None
    reached = list(accumulate(histogram.counts))
    wanted = (max(1, math.ceil(share * reached[-1])) for share in shares)
    return tuple(
        bin_value(next(number for number, upto in zip(histogram.bins, reached, strict=True) if upto >= rank))
        for rank in wanted
    )
