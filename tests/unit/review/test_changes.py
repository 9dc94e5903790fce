"""The life of a change of a success rate: found, larger, over, accepted; and how much its figures promise."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from coagent.domain.quality_change import Accepted, QualityChange, RateOfDays, StreamQuality
from coagent.review.change import DayRate, compared, onset
from coagent.review.changes import accepted_changes, quality_changes, references
from coagent.review.estimate import estimate, interval, whole
from tests.contract.samples import NOON, SEGMENT, quality_change, rate_of_days

DAY = timedelta(days=1)


def rate(value: float, low: float, high: float) -> RateOfDays:
    return replace(rate_of_days(value), low=low, high=high)


def found(**changes: Any) -> StreamQuality:
    values: dict[str, Any] = {
        "segment": SEGMENT.stream,
        "day": NOON + 10 * DAY,
        "change": "worse",
        "before": rate_of_days(0.95),
        "after": rate(0.74, 0.69, 0.79),
        "since": NOON + 8 * DAY,
        "reviewers": 2,
    }
    return StreamQuality(**{**values, **changes})


def changed(one: StreamQuality, *known: QualityChange) -> list[QualityChange]:
    return quality_changes([one], known, NOON + 11 * DAY)


def test_what_stays_as_it_was_shown_is_no_news() -> None:
    assert changed(found(), quality_change()) == []


def test_twice_as_far_is_shown_again() -> None:
    [again] = changed(found(after=rate(0.5, 0.4, 0.6)), quality_change())
    assert (again.id, again.sequence, again.status, again.after.rate) == ("quality-change-1", 2, "open", 0.5)


@pytest.mark.parametrize(("after", "ended"), [(rate(0.95, 0.9, 0.98), 1), (rate(0.95, 0.6, 1.0), 0)])
def test_few_labels_end_nothing(after: RateOfDays, ended: int) -> None:
    """Seven labels that all say success may come from a rate of 75 % too."""
    over = changed(found(change="none", after=after), quality_change())
    assert [one.status for one in over] == ["recovered"] * ended


def test_from_worse_to_better_is_the_end_of_one_and_another() -> None:
    ended, opened = changed(found(change="better", after=rate(0.99, 0.98, 1.0)), quality_change())
    assert (ended.status, ended.now and ended.now.rate) == ("recovered", 0.99)
    assert (opened.status, opened.change, opened.page, opened.sequence) == ("open", "better", False, 1)
    assert opened.id != ended.id


def test_the_same_evaluation_again_gives_the_same_change() -> None:
    assert changed(found()) == changed(found())
    [opened] = changed(found())
    assert changed(found(), opened) == []


def test_an_accepted_one_says_by_whom_and_from_which_day_on_the_stream_is_compared() -> None:
    words = [Accepted("quality-change-1", "ann", NOON + 12 * DAY), Accepted("another", "bob", NOON)]
    [accepted] = accepted_changes([quality_change(), quality_change(id="closed", status="recovered")], words)
    assert (accepted.status, accepted.accepted_by, accepted.ended_at) == ("accepted", "ann", NOON + 12 * DAY)
    later = replace(accepted, id="later", since=NOON + 20 * DAY)
    assert references([later, accepted, quality_change()]) == {SEGMENT.stream.id: NOON + 20 * DAY}


def test_a_mean_of_one_day_has_the_interval_of_that_day() -> None:
    labels = [1.0] * 36 + [0.0] * 4
    day = estimate([whole(400, labels), whole(10, [])], 0.05)
    assert day is not None
    mean = DayRate(day.rate, day.variance, len(labels), day.blind)
    assert interval(mean, 0.05) == (pytest.approx(day.low), pytest.approx(day.high))


def test_the_day_on_which_it_began_is_found_within_a_day_or_two() -> None:
    chance = np.random.default_rng(31)
    off = []
    for _ in range(100):
        days = [_day(chance, 0.95) for _ in range(12)]
        off.append(_alarm(days, chance, 0.75) - 12)
    assert np.mean(np.abs(off) <= 1) >= 0.8


def _alarm(days: list[DayRate], chance: np.random.Generator, rate_now: float) -> int:
    """The estimate at the first alarm."""
    while True:
        days.append(_day(chance, rate_now))
        seen = compared(days)
        if seen and seen.change == "worse":
            return onset(days, seen)


def _day(chance: np.random.Generator, success: float, labels: int = 40) -> DayRate:
    said: Sequence[float] = (chance.random(labels) < success).astype(float).tolist()
    day = estimate([whole(10_000, said)])
    assert day is not None
    return DayRate(day.rate, day.variance, labels, day.blind)
