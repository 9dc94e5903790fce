"""A stream's success rate as a signal: for each day on which it may have changed, the days since then against all days
before, looked at after every day.

The promise: of streams whose rate never changes at most FALSE_CHANGES are ever called better or worse, however long one
looks. For a change on a given day, the likelihood ratio of a difference that is N(0, TYPICAL²) against none is a test
martingale where days are normal, whatever their common rate is (a Bayes factor on what the rate cancels out of); over
the days on which it may have been, weighted 1 / (k (k + 1)), it is one too, and Ville's inequality bounds how often it
ever reaches 1 / FALSE_CHANGES. So evidence of a small change adds up over weeks.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coagent.domain.quality_change import FALSE_CHANGES
from coagent.domain.review import Change

REFERENCE_LABELS = 100
"""Of the first days: until so many requests are labelled."""
RECENT_DAYS = 7
TYPICAL = 0.1
"""Of a difference. Of 150 streams that fell from 90 to 80 % after 30 days of 20 labels, 109 were found within 60 days;
99 with half of it, 101 with twice as much.
"""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class DayRate:
    """A success rate of one stream, of a day or of several: of so many `requests`, `labelled` of them; `variance` of it
    as an estimate of theirs, 0 where all are labelled; `blind`: share of requests in strata without labels.
    """

    rate: float
    variance: float
    labelled: int
    requests: int
    blind: float = 0.0


@dataclass(frozen=True, slots=True)
class Known:
    """A change that is open: the index of its first day, and the rate that it was found at."""

    began: int
    rate: float


@dataclass(frozen=True, slots=True)
class Compared:
    """`before`: of the first `first` days. `after`: of the last `last` days. `began`: the index of the day on which the
    change began, by estimate, or a known one ended; where there is none, of the first of the last days.
    """

    change: Change
    before: DayRate
    after: DayRate
    first: int
    last: int
    began: int


def compared(days: Sequence[DayRate], known: Known | None = None) -> Compared | None:
    """Ascending days, the newest last; None where the first days have too few labels, or none came since. A change that
    is over by the last days, or `known` and over by them, is none any more.
    """
    first = _reference_days(days)
    if not first or first >= len(days):
        return None
    window = max(first, len(days) - RECENT_DAYS)
    if known is not None and first <= known.began < len(days):
        return (
            _as_found(days, known.began, known.rate) or _ended(days, known) or _changed(days, known.began, known.rate)
        )
    splits = np.arange(first, len(days))
    evidence = _log_evidence(days, splits)
    ages = splits - first + 1.0
    if np.logaddexp.reduce(evidence - np.log(ages * (ages + 1))) < -np.log(FALSE_CHANGES):
        return _none(days, window)
    began = int(splits[np.argmax(evidence)])
    return _as_found(days, began, mean(days[began:]).rate) or _none(days, window)


def mean(days: Sequence[DayRate]) -> DayRate:
    """By labels."""
    labelled, requests = sum(day.labelled for day in days), sum(day.requests for day in days)
    rate = sum(day.rate * day.labelled for day in days) / labelled
    variance = sum(day.variance * day.labelled**2 for day in days) / labelled**2
    return DayRate(rate, variance, labelled, requests, sum(day.blind * day.labelled for day in days) / labelled)


def _as_found(days: Sequence[DayRate], began: int, changed: float) -> Compared | None:
    """None where the last days are nearer to how it was than to how it changed."""
    found = _changed(days, began, changed)
    is_back = abs(found.after.rate - changed) >= abs(found.after.rate - found.before.rate)
    return None if is_back else found


def _changed(days: Sequence[DayRate], began: int, changed: float) -> Compared:
    recent = days[max(began, len(days) - RECENT_DAYS) :]
    before, after = mean(days[:began]), mean(recent)
    return Compared("better" if changed > before.rate else "worse", before, after, began, len(recent), began)


def _none(days: Sequence[DayRate], window: int) -> Compared:
    return Compared("none", mean(days[:window]), mean(days[window:]), window, len(days) - window, window)


def _ended(days: Sequence[DayRate], known: Known) -> Compared | None:
    """`began` is the day on which it ended: as from there on days are like before, and until there as it was found.
    None where the likelihood ratio of the days since then, at the rate before against the changed one, is less than
    1 / FALSE_CHANGES: a week of luck ends nothing.
    """
    window, before = max(known.began, len(days) - RECENT_DAYS), mean(days[: known.began])
    since = days[known.began :]
    nearer = [day.labelled * ((day.rate - known.rate) ** 2 - (day.rate - before.rate) ** 2) for day in since]
    ended = known.began + int(np.argmin(np.cumsum([0.0, *nearer[:-1]])))
    changed = _changed_rate(days[known.began : ended], known)
    if _evidence_of_end(days, before.rate, changed, ended) < -np.log(FALSE_CHANGES):
        return None
    return Compared("none", before, mean(days[window:]), known.began, len(days) - window, ended)


def _changed_rate(days: Sequence[DayRate], known: Known) -> float:
    """Mean of the days that it lasted, from a week on: the rate it was found at is biased away from before."""
    return mean(days).rate if len(days) >= RECENT_DAYS else known.rate


def _evidence_of_end(days: Sequence[DayRate], before: float, changed: float, ended: int) -> float:
    """Log-likelihood ratio of the days from `ended` on, natural."""
    whole, labelled = mean(days), np.array([day.labelled for day in days], float)
    variance = _of_one(days, labelled, float(_spread(np.asarray(whole.rate), np.asarray(float(whole.labelled)))))
    nearer = [day.labelled * ((day.rate - changed) ** 2 - (day.rate - before) ** 2) for day in days[ended:]]
    return sum(nearer) / (2 * variance)


def _log_evidence(days: Sequence[DayRate], splits: NDArray[np.intp]) -> Floats:
    """Of a change on each of these days: ln of the likelihood ratio."""
    labelled = np.array([day.labelled for day in days], float)
    said = np.cumsum(labelled)
    succeeded = np.cumsum(labelled * np.array([day.rate for day in days]))
    before, after = said[splits - 1], said[-1] - said[splits - 1]
    rates = (succeeded[-1] - succeeded[splits - 1]) / after
    difference = rates - succeeded[splits - 1] / before
    usual = float(_spread(succeeded[-1] / said[-1], said[-1]))
    own = np.maximum(usual, _spread(rates, after))  # rare failures that fall together are likelier than normal ones
    variance = _of_one(days, labelled, usual) * (1 / before + own / usual / after)
    gain = difference**2 / 2 * TYPICAL**2 / (variance * (variance + TYPICAL**2))
    found: Floats = gain - np.log1p(TYPICAL**2 / variance) / 2
    return found


def _of_one(days: Sequence[DayRate], labelled: Floats, usual: float) -> float:
    """Variance of one label: of the sample, and of the requests, whose outcomes vary by chance even where all are
    labelled.
    """
    of_days = np.array([day.variance for day in days]) + usual / np.array([day.requests for day in days])
    return float((labelled**2 * of_days).sum() / labelled.sum())


def _spread(rate: Floats, labelled: Floats) -> Floats:
    """Of one label, never 0, however few labels are alike."""
    smooth = (rate * labelled + 1) / (labelled + 2)
    return np.asarray(smooth * (1 - smooth))


def _reference_days(days: Sequence[DayRate]) -> int:
    """How many of the first days have enough labels together; 0: all of them have not."""
    labelled = 0
    for number, day in enumerate(days, 1):
        labelled += day.labelled
        if labelled >= REFERENCE_LABELS:
            return number
    return 0
