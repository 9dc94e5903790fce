"""The life of a change of a success rate: found, larger, over, accepted; and how much its figures promise."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace

from coagent.domain.quality_change import Accepted, QualityChange, RateOfDays, ShiftThen, StreamQuality
from coagent.domain.review import DrawnDay
from coagent.review.change import DayRate, Known, compared
from coagent.review.changes import accepted_changes, quality_changes, references, with_shifts
from coagent.review.estimate import estimate, interval, whole
from coagent.review.reference import OpenChange, Reference
from coagent.review.stream_quality import KnownDay, Labels, stream_quality
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
    current = OpenChange(quality_change().found_on, quality_change().since, 0.75)
    assert references([later, accepted, quality_change()]) == {
        SEGMENT.stream.id: Reference(since=NOON + 20 * DAY, current=current)
    }


@pytest.mark.parametrize("requests", [40, 400, 400_000])
def test_a_mean_has_the_interval_of_what_its_requests_came_from(requests: int) -> None:
    """That of 40 labels, whatever share of the requests they are: all of them are chance too."""
    labels = [1.0] * 36 + [0.0] * 4
    day, origin = (estimate([whole(size, labels)], 0.05) for size in (requests, 10**9))
    assert day is not None
    assert origin is not None
    mean = DayRate(day.rate, day.variance, len(labels), requests, day.blind)
    assert interval(mean, 0.05) == (pytest.approx(origin.low, abs=1e-6), pytest.approx(origin.high, abs=1e-6))


@pytest.mark.parametrize(
    ("rates", "labels", "requests"),
    [((0.9, 0.6, 0.87), 20, 20), ((0.9, 0.6, 0.85), 20, 20), ((0.95, 0.7, 0.91), 100, 10_000)],
)
def test_a_change_is_over_within_days_where_most_of_it_came_back(
    rates: tuple[float, float, float], labels: int, requests: int
) -> None:
    """All labelled, or so many that the rate before is known well."""
    took = [_days_to_recovered(np.random.default_rng([9, seed]), rates, labels, requests) for seed in range(12)]
    assert np.median(took) <= 8
    assert max(took) <= 21


@pytest.mark.parametrize("requests", [20, 2000])
def test_a_week_of_luck_ends_no_change_that_goes_on(requests: int) -> None:
    """Looked at after each of 60 days."""
    took = [_days_to_recovered(np.random.default_rng([10, seed]), (0.9, 0.8, 0.8), 20, requests) for seed in range(30)]
    assert sum(one < 60 for one in took) <= 6


def test_days_of_both_kinds_are_not_over_it_yet() -> None:
    """Nearer to 95 % than to 70, by labels that exclude 70; but the first of the last days are from before it ended."""
    mixed = found(change="none", after=rate(0.86, 0.82, 0.89), since=rate_of_days(0.86).first + DAY)
    known = quality_change(before=rate(0.95, 0.93, 0.97), after=rate_of_days(0.7))
    assert changed(mixed, known) == []
    [ended] = changed(replace(mixed, since=mixed.after.first), known)
    assert (ended.status, ended.back_on) == ("recovered", mixed.after.first)


def test_the_day_on_which_it_began_is_found_within_a_day_or_two() -> None:
    chance = np.random.default_rng(31)
    off = []
    for _ in range(100):
        days = [_day(chance, 0.95) for _ in range(12)]
        off.append(_alarm(days, chance, 0.75) - 12)
    assert np.mean(np.abs(off) <= 1) >= 0.8


def test_one_that_is_a_little_larger_by_few_labels_is_no_news() -> None:
    wide, narrow = rate(0.5, 0.3, 0.8), rate(0.5, 0.4, 0.6)
    assert [len(changed(found(after=one), quality_change())) for one in (wide, narrow)] == [0, 1]


def test_days_of_a_change_that_is_over_count_for_neither_side() -> None:
    over = quality_change(status="recovered", back_on=NOON + 15 * DAY)
    reference = references([over])[SEGMENT.stream.id]
    kept = [at for at in range(20) if reference.counts(NOON + at * DAY, NOON + 19 * DAY)]
    assert kept == [*range(8), *range(15, 20)]
    assert all(reference.counts(NOON + at * DAY, NOON + 14 * DAY) for at in range(15)), "as it was seen then"


def test_one_that_recovered_before_its_end_was_kept_counts_from_its_last_days_on() -> None:
    """Stored by a version that had no `back_on`."""
    last_days = replace(rate_of_days(0.95), first=NOON + 15 * DAY)
    reference = references([quality_change(status="recovered", now=last_days)])[SEGMENT.stream.id]
    assert [at for at in range(20) if reference.counts(NOON + at * DAY, NOON + 19 * DAY)] == [*range(8), *range(15, 20)]


def test_better_never_pages_however_it_was_stored() -> None:
    """By a version that did not keep why."""
    stored = quality_change(change="better", page=False, held_because=[])
    paged = ShiftThen(id="shift-1", cause="silent_version", direction="better", since=NOON, paged=True)
    for shifts in ([], [paged]):
        seen = with_shifts(stored, shifts)
        assert (seen.page, seen.held_because) == (False, ["not_worse"])
    worse = with_shifts(quality_change(), [paged])
    assert (worse.page, worse.held_because) == (False, ["already_paged"])
    assert with_shifts(worse, []).page


def test_an_open_change_lasts_until_the_last_days_are_nearer_to_how_it_was() -> None:
    chance = np.random.default_rng(5)
    days = [_day(chance, 0.95) for _ in range(12)] + [_day(chance, 0.75) for _ in range(20)]
    assert _change(days, Known(12, 0.75)) == "worse"
    assert _change([*days, *(_day(chance, 0.95) for _ in range(7))], Known(12, 0.75)) == "none"


def test_fully_labelled_days_are_judged_by_how_many_requests_they_had() -> None:
    """No sample, so no variance of it; ten requests of which one failed are chance all the same."""
    before = [DayRate(0.95, 0.0, 100, 100) for _ in range(3)]
    assert _change([*before, DayRate(0.6, 0.0, 100, 100)]) == "worse"
    assert _change([*before, DayRate(0.8, 0.0, 10, 10)]) == "none"


def test_a_moderate_change_is_found_within_weeks_by_labels_that_add_up() -> None:
    """20 labels a day; seven days of them against the first 100 labels found one in twenty."""
    within = 0
    for seed in range(24):
        chance = np.random.default_rng([7, seed])
        days = [_day(chance, 0.9, 20) for _ in range(30)] + [_day(chance, 0.8, 20) for _ in range(60)]
        within += any(_change(days[:at]) == "worse" for at in range(35, 91, 5))
    assert within >= 11  # 109 of 150, looked at every day


def test_rare_failures_that_fall_together_are_hardly_ever_a_change() -> None:
    called = 0
    for seed in range(200):
        chance = np.random.default_rng([8, seed])
        days = [_day(chance, 0.99, 10) for _ in range(40)]
        called += any(_change(days[:at]) != "none" for at in range(11, 41))
    assert called <= 8  # 99.9 % of binomial(200, 0.01)


def _days_to_recovered(
    chance: np.random.Generator, rates: tuple[float, float, float], labels: int, requests: int
) -> int:
    """Of 60 days at the last rate, after 30 at the first one and 30 at the second."""
    days, open_ones = list[KnownDay](), list[QualityChange]()
    for at in range(120):
        rate_now = rates[0] if at < 30 else rates[1] if at < 60 else rates[2]
        drawn = DrawnDay(NOON + at * DAY, [], [])
        days.append(KnownDay(drawn, _day(chance, rate_now, labels, requests), is_settled=True))
        reference = references(open_ones).get(SEGMENT.stream.id, Reference())
        seen = stream_quality(SEGMENT.stream, days, Labels({}, None), reference)
        news = changed(seen, *open_ones) if seen else []
        if at >= 60 and news and news[0].status == "recovered":
            return at - 59
        open_ones = news or open_ones
    return 60


def _change(days: list[DayRate], known: Known | None = None) -> str:
    seen = compared(days, known)
    return seen.change if seen else "none"


def _alarm(days: list[DayRate], chance: np.random.Generator, rate_now: float) -> int:
    """The estimate at the first alarm."""
    while True:
        days.append(_day(chance, rate_now))
        seen = compared(days)
        if seen and seen.change == "worse":
            return seen.began


def _day(chance: np.random.Generator, success: float, labels: int = 40, requests: int = 10_000) -> DayRate:
    said: Sequence[float] = (chance.random(labels) < success).astype(float).tolist()
    day = estimate([whole(requests, said)])
    assert day is not None
    return DayRate(day.rate, day.variance, labels, requests, day.blind)
