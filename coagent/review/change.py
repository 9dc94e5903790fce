"""A stream's success rate as a signal: its last days against its first ones, looked at after every day.

The promise: of streams whose rate never changes at most one in a hundred is ever called better or worse, however long
one looks: the looks share that probability as 6 / (pi² k²).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import pi, sqrt

from scipy.stats import norm

from coagent.domain.review import Change

ERROR = 0.01
REFERENCE_LABELS = 100
"""Of the first days: until so many requests are labelled."""
RECENT_DAYS = 7


@dataclass(frozen=True, slots=True)
class DayRate:
    """A day's success rate of one stream; `variance` of it, `labelled` requests behind it."""

    rate: float
    variance: float
    labelled: int


@dataclass(frozen=True, slots=True)
class Compared:
    """`reference`: success rate of the first days."""

    change: Change
    reference: float


def compared(days: Sequence[DayRate]) -> Compared | None:
    """Ascending days, the newest last; None where the first days have too few labels, or none came since."""
    first = _reference_days(days)
    later = days[first:]
    if not first or not later:
        return None
    reference, recent = _mean(days[:first]), _mean(later[-RECENT_DAYS:])
    spread = sqrt(reference.variance + recent.variance)
    limit = norm.isf(ERROR * 6 / (pi * len(later)) ** 2 / 2)
    distance = recent.rate - reference.rate
    if not spread or abs(distance) <= limit * spread:
        return Compared("none", reference.rate)
    return Compared("better" if distance > 0 else "worse", reference.rate)


def _reference_days(days: Sequence[DayRate]) -> int:
    """How many of the first days have enough labels together; 0: all of them have not."""
    labelled = 0
    for number, day in enumerate(days, 1):
        labelled += day.labelled
        if labelled >= REFERENCE_LABELS:
            return number
    return 0


def _mean(days: Sequence[DayRate]) -> DayRate:
    """By labels."""
    labelled = sum(day.labelled for day in days)
    rate = sum(day.rate * day.labelled for day in days) / labelled
    variance = sum(day.variance * day.labelled**2 for day in days) / labelled**2
    return DayRate(rate, variance, labelled)
