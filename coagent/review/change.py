"""A stream's success rate as a signal: its last days against its first ones, looked at after every day.

The promise: of streams whose rate never changes at most FALSE_CHANGES are ever called better or worse, however long one
looks: the looks share that probability as 6 / (pi² k²).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

from scipy.stats import norm

from coagent.domain.quality_change import FALSE_CHANGES
from coagent.domain.review import Change

REFERENCE_LABELS = 100
"""Of the first days: until so many requests are labelled."""
RECENT_DAYS = 7


@dataclass(frozen=True, slots=True)
class DayRate:
    """A success rate of one stream, of a day or of several; `variance` of it, `labelled` requests behind it; `blind`:
    share of requests in strata without labels.
    """

    rate: float
    variance: float
    labelled: int
    blind: float = 0.0


@dataclass(frozen=True, slots=True)
class Compared:
    """`before`: of the first `first` days. `after`: of the last `last` days."""

    change: Change
    before: DayRate
    after: DayRate
    first: int
    last: int


def compared(days: Sequence[DayRate]) -> Compared | None:
    """Ascending days, the newest last; None where the first days have too few labels, or none came since."""
    first = _reference_days(days)
    later = days[first:]
    if not first or not later:
        return None
    recent = later[-RECENT_DAYS:]
    before, after = mean(days[:first]), mean(recent)
    spread = sqrt(before.variance + after.variance)
    limit = norm.isf(FALSE_CHANGES * 6 / (pi * len(later)) ** 2 / 2)
    distance = after.rate - before.rate
    change: Change = "none"
    if spread and abs(distance) > limit * spread:
        change = "better" if distance > 0 else "worse"
    return Compared(change, before, after, first, len(recent))


def onset(days: Sequence[DayRate], found: Compared) -> int:
    """Index of the day from which on all days together lie furthest on the found side of the first ones, by their
    spread: the usual estimate of when a mean changed (Page 1954), with no promise of its own.
    """
    sign = 1 if found.after.rate > found.before.rate else -1
    labelled, successes, variance = 0, 0.0, 0.0
    furthest, best = len(days) - 1, 0.0
    for at in range(len(days) - 1, found.first - 1, -1):
        day = days[at]
        labelled += day.labelled
        successes += day.rate * day.labelled
        variance += day.variance * day.labelled**2
        spread = sqrt(variance / labelled**2 + found.before.variance)
        distance = sign * (successes / labelled - found.before.rate)
        if spread and distance / spread > best:
            furthest, best = at, distance / spread
    return furthest


def _reference_days(days: Sequence[DayRate]) -> int:
    """How many of the first days have enough labels together; 0: all of them have not."""
    labelled = 0
    for number, day in enumerate(days, 1):
        labelled += day.labelled
        if labelled >= REFERENCE_LABELS:
            return number
    return 0


def mean(days: Sequence[DayRate]) -> DayRate:
    """By labels."""
    labelled = sum(day.labelled for day in days)
    rate = sum(day.rate * day.labelled for day in days) / labelled
    variance = sum(day.variance * day.labelled**2 for day in days) / labelled**2
    return DayRate(rate, variance, labelled, sum(day.blind * day.labelled for day in days) / labelled)
