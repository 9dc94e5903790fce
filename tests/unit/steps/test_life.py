"""Whole lives of segments, from rows to what is reported: drifts, flapping, stairs, sparse traffic, bad clocks."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from coagent.confirm.config import ConfirmConfig
from coagent.detect.config import DetectConfig
from coagent.domain.shift import Shift
from coagent.steps.confirm import ConfirmStep
from coagent.steps.detect import DetectStep
from tests.unit.detect.batches import batches_of, timed

START_S = 1_790_000_000.0
HOUR_S = 3600.0


@dataclass
class Life:
    """What was reported of one segment: each shift in all its narrations, and the alarms of detection."""

    shifts: dict[str, list[Shift]] = field(default_factory=dict)
    raised: list[int] = field(default_factory=list)
    minutes: Counter[int] = field(default_factory=Counter)

    @property
    def pages(self) -> list[int]:
        """Rows at which a shift paged that had not paged before."""
        reported = [shift for narrations in self.shifts.values() for shift in narrations]
        loud = [shift.raised.ordinal for shift in reported if shift.page and shift.status == "open"]
        return sorted(set(loud))

    @property
    def ends(self) -> tuple[str, ...]:
        return tuple(narrations[-1].status for narrations in self.shifts.values())


def requests(level: Sequence[float] | np.ndarray, seed: int, times: np.ndarray | None = None) -> dict[str, Any]:
    """`level` in standard deviations: the pace, the first token's time and the tokenizer move with it."""
    rng, moved, rows = np.random.default_rng(seed), np.asarray(level), len(level)
    output = np.round(np.exp(rng.normal(5, 0.4, rows)))
    first = np.exp(rng.normal(-1, 0.3, rows) + 0.3 * moved)
    columns = {
        "input_tokens": rng.integers(50, 2000, rows).astype(float),
        "output_tokens": output,
        "output_chars": np.round(output * 4.2 * np.exp(rng.normal(0, 0.07, rows) - 0.07 * moved)),
        "time_to_first_token_s": first,
        "duration_s": first + output * 0.02 * np.exp(rng.normal(0, 0.15, rows) + 0.15 * moved),
    }
    return timed(columns if times is None else {**columns, "time_s": times})


def live(columns: dict[str, Any], batch_rows: int = 100) -> Life:
    detect, confirm = DetectStep(DetectConfig()), ConfirmStep(ConfirmConfig())
    state = memory = None
    life, newest = Life(), {}
    for batch in batches_of(columns, [batch_rows]):
        detected = detect(state, batch)
        state = detected.state
        newest.update({(one.minute, one.part): one for one in detected.rollups})
        for candidate in detected.candidates:
            if candidate.phase == "raised":
                life.raised.append(candidate.raised.ordinal)
            confirmed = confirm(memory, candidate)
            memory = confirmed.state
            for shift in confirmed.shifts:
                life.shifts.setdefault(shift.id, []).append(shift)
    for (minute, _), rollup in newest.items():
        life.minutes[int(minute.timestamp()) // 60] += rollup.requests
    return life


@pytest.mark.parametrize("seed", [1, 2])
def test_a_slow_drift_is_found_on_its_way(seed: int) -> None:
    """And once more at most, where it goes on for long after it was reported. By a reference that is short against the
    drift, it is reported late: a level that wanders by itself looks the same.
    """
    level = np.clip((np.arange(7000) - 3000) / 2000, 0, 1) * 1.5
    life = live(requests(level, seed))
    assert 3000 < life.pages[0] < 5000
    assert (len(life.pages), life.ends) in {(1, ("open",)), (2, ("accepted", "open"))}


@pytest.mark.parametrize("period", [60, 400])
def test_a_change_that_comes_and_goes_is_one_shift_and_pages_once(period: int) -> None:
    rows = 1000 + 8 * period
    level = np.where((np.arange(rows) >= 1000) & ((np.arange(rows) - 1000) // period % 2 == 0), 2.0, 0.0)
    life = live(requests(level, 1))
    assert (len(life.shifts), len(life.pages)) == (1, 1)


def test_a_change_that_comes_back_says_how_often_it_came() -> None:
    rows = 2600
    level = np.where((np.arange(rows) >= 1000) & ((np.arange(rows) - 1000) // 400 % 2 == 0), 2.0, 0.0)
    life = live(requests(level, 1))
    [narrations] = life.shifts.values()
    reported = [shift for shift in narrations if "recurring: occurrence 2 since " in shift.cause.because[0]]
    assert reported
    assert {shift.page for shift in reported} == {False}
    assert [shift.sequence for shift in narrations] == sorted({shift.sequence for shift in narrations})


def test_a_change_that_comes_back_days_later_pages_again() -> None:
    rows = 2600
    level = np.where((np.arange(rows) >= 1000) & ((np.arange(rows) - 1000) // 400 % 2 == 0), 2.0, 0.0)
    life = live(requests(level, 1, START_S + 300 * np.arange(rows)))
    assert (len(life.shifts), len(life.pages)) == (1, 2)


def test_another_change_is_not_taken_for_the_one_that_went() -> None:
    rows = 3000
    level = np.select([np.arange(rows) < 1000, np.arange(rows) < 1400, np.arange(rows) < 2000], [0.0, 2.0, 0.0], -2.0)
    life = live(requests(level, 1))
    assert (len(life.shifts), life.ends) == (2, ("recovered", "open"))


def test_stairs_are_reported_as_long_as_they_go_on() -> None:
    rows = 4000
    level = np.select([np.arange(rows) < 1000, np.arange(rows) < 1600, np.arange(rows) < 2600], [0.0, 1.5, 3.0], 4.5)
    life = live(requests(level, 1))
    assert life.ends == ("accepted", "accepted", "open")
    onsets = [narrations[-1].onset.ordinal for narrations in life.shifts.values()]
    assert all(abs(onset - step) <= 15 for onset, step in zip(onsets, (1000, 1600, 2600), strict=True))


@pytest.mark.parametrize(("at", "found"), [(10, False), (20, True), (60, True), (200, True)])
def test_a_change_while_it_warms_up(at: int, found: bool) -> None:
    """A change after a few rows goes unseen and soon is the reference: nothing false is reported of the rest."""
    life = live(requests(np.where(np.arange(3000) < at, 0.0, 2.0), 1))
    assert len(life.shifts) == found
    assert all(raised < at + 100 for raised in life.raised)


@pytest.mark.parametrize("change_at", [None, 300])
def test_one_request_an_hour_is_watched(change_at: int | None) -> None:
    times = START_S + np.cumsum(np.random.default_rng(7).exponential(HOUR_S, 700))
    level = np.where(np.arange(700) < (change_at or 700), 0.0, 2.0)
    life = live(requests(level, 2, times), batch_rows=1)
    assert len(life.pages) == (change_at is not None)
    assert change_at is None or change_at <= life.pages[0] <= change_at + 25


JUMPS = {
    "forward by hours": lambda times, row: np.where(row >= 1500, times + 6 * HOUR_S, times),
    "back by hours": lambda times, row: np.where(row >= 1500, times - 6 * HOUR_S, times),
    "one row a year old": lambda times, row: np.where(row == 0, times - 365 * 24 * HOUR_S, times),
    "one row days ahead": lambda times, row: np.where(row == 1500, times + 240 * HOUR_S, times),
    "to and fro": lambda times, row: times + 6 * HOUR_S * (row % 3 - 1),
    "in no order": lambda times, _: np.random.default_rng(5).permutation(times),
}


@pytest.mark.parametrize("jump", JUMPS)
def test_clocks_that_jump_break_nothing(jump: str) -> None:
    rows = 2400
    times = JUMPS[jump](START_S + np.arange(rows), np.arange(rows))
    calm, changed = live(requests(np.zeros(rows), 1, times)), live(requests(np.arange(rows) >= 2000, 1, times))
    assert calm.shifts == {}
    assert calm.raised == []
    assert len(changed.pages) == 1
    assert 2000 <= changed.pages[0] <= 2100
    assert calm.minutes == Counter((times // 60).astype(int).tolist())
