"""The promise: a day's interval covers the day's true success rate at least as often as it says."""

import numpy as np
import pytest

from coagent.domain.review import Quality
from coagent.review.agreement import by_request, disagreement
from coagent.review.evaluate import evaluated, whole_of_day
from tests.unit.review.days import Day, Design, cell, simulated

DAYS, SEED, LEAST = 500, 20_261_130, 0.93
TYPICAL = {
    cell("a", "random"): (20_000, 0.95),
    cell("a", "expensive"): (1_000, 0.9),
    cell("a", "low_score"): (300, 0.4),
    cell("b", "random"): (5_000, 0.97),
    cell("b", "cascaded"): (200, 0.8),
    cell("c", "shift"): (900, 0.7),
}
RARE = {cell("a", "random"): (50_000, 0.97)} | {
    cell("a", reason): (3, 0.1) for reason in ("shift", "low_score", "low_confidence", "cascaded", "expensive")
}
MANY = {
    cell(f"s{stream:02d}", reason): (23 + 20 * stream**2, 0.99 - 0.02 * stream)
    for stream in range(15)
    for reason in ("random", "expensive", "shift")
}
THIN = {cell("a", "random"): (12, 0.9), cell("b", "random"): (5, 0.6), cell("a", "expensive"): (1, 0.5)}
NEARLY_ALL_GOOD = {one: (size, 0.995) for one, (size, _) in TYPICAL.items()}

DESIGNS = {
    "typical": Design(TYPICAL),
    "more looks": Design(TYPICAL, budget=150),
    "five looks": Design(TYPICAL, budget=5),
    "rare strata": Design(RARE, budget=40),
    "more strata than looks": Design(MANY),
    "thin days": Design(THIN, budget=10),
    "nearly all good": Design(NEARLY_ALL_GOOD),
    "a third unsure": Design(TYPICAL, unsure=0.3),
    "half left undone": Design(TYPICAL, left=0.5),
    "reviewers disagree": Design(TYPICAL, errors=0.08),
}


def simulation(design: Design, days: int = DAYS) -> tuple[list[Day], list[Quality]]:
    """Second looks of all days say how far reviewers differ."""
    chance = np.random.default_rng(SEED)
    found = [simulated(design, chance, number) for number in range(days)]
    verdicts = by_request(label for day in found for label in day.labels)
    differing = disagreement(verdicts)
    return found, [whole_of_day(day.drawn, verdicts, differing) for day in found]


def covered(design: Design, days: int = DAYS) -> tuple[float, float]:
    """Share of days whose interval holds the truth, and the mean width."""
    found, qualities = simulation(design, days)
    assert all(day.draw.looks <= design.budget for day in found)
    held, widths = [], []
    for day, one in zip(found, qualities, strict=True):
        assert one.low is not None
        assert one.high is not None
        held.append(one.low <= day.success_rate <= one.high)
        widths.append(one.high - one.low)
    return float(np.mean(held)), float(np.mean(widths))


@pytest.mark.slow
@pytest.mark.parametrize("name", DESIGNS)
def test_the_interval_of_a_day_holds_its_success_rate(name: str) -> None:
    share, width = covered(DESIGNS[name])
    assert share >= LEAST
    assert width < 0.9


def test_a_hundred_days_are_covered_and_the_interval_says_something() -> None:
    share, width = covered(DESIGNS["typical"], 100)
    assert share >= LEAST
    assert width < 0.35


@pytest.mark.slow
def test_unknown_labels_that_hide_failures_stay_within_the_outer_bounds() -> None:
    found, qualities = simulation(Design(TYPICAL, unsure=0.1, unsure_of_failures=0.9))
    held = [
        one.low_if_failed <= day.success_rate <= one.high_if_succeeded  # type: ignore[operator]
        for day, one in zip(found, qualities, strict=True)
    ]
    assert np.mean(held) >= LEAST


@pytest.mark.slow
def test_the_intervals_of_streams_hold_their_own_rates() -> None:
    chance = np.random.default_rng(SEED)
    found = [simulated(Design(MANY, budget=90), chance, number) for number in range(60)]
    verdicts = by_request(label for day in found for label in day.labels)
    qualities = evaluated([day.drawn for day in found], verdicts, {}).quality
    truth = {day.draw.day: day.rates for day in found}
    held = [
        one.low <= truth[one.day][one.stream_id] <= one.high
        for one in qualities
        if one.stream_id is not None and one.low is not None and one.high is not None
    ]
    assert len(held) > 10 * len(found)
    assert np.mean(held) >= LEAST
