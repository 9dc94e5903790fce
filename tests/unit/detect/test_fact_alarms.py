"""What a provider bills or states itself raises an alarm, whatever else did or did not move."""

from typing import Any

import numpy as np
import pytest

from coagent.domain.candidate import Candidate

from .batches import batches_of
from .test_detect_step import CHANGE, ROWS, run, traffic

FACT_FIELDS = ("response_model", "system_fingerprint", "service_tier")
EACH_ROW = pytest.param(1, marks=pytest.mark.slow)
"""A batch a row: thousands of states are written and read. test_detect_step has one of them in the ordinary tier."""


def unchanged() -> dict[str, Any]:
    """No signal moves; input and output are billed."""
    columns = traffic(factor=1.0)
    columns["cost_usd"] = np.round(3e-6 * columns["input_tokens"] + 15e-6 * columns["output_tokens"], 8)
    return columns


def raised(columns: dict[str, Any], batch: int = 256) -> list[Candidate]:
    return [one for one in run(list(batches_of(columns, [batch])))[1] if one.phase == "raised"]


def stated(share: float = 1.0, until: int = ROWS) -> list[str]:
    rng, rows = np.random.default_rng(2), np.arange(ROWS)
    moved = (rows >= CHANGE) & (rows < until) & (rng.random(ROWS) < share)
    return np.where(moved, "new", "old").tolist()


@pytest.mark.parametrize("name", FACT_FIELDS)
@pytest.mark.parametrize("batch", [EACH_ROW, 256])
def test_a_new_value_raises_with_its_third_row(name: str, batch: int) -> None:
    [found] = raised(unchanged() | {name: stated()}, batch)
    assert (found.onset.ordinal, found.raised.ordinal) == (CHANGE, CHANGE + 2)
    [fact] = found.facts
    assert (fact.name, fact.before, fact.after) == (name, "old", "new")
    assert (fact.onset, fact.alarmed) == (found.onset, found.raised)


@pytest.mark.parametrize("batch", [EACH_ROW, 256, ROWS])
def test_a_new_price_raises_with_its_third_row(batch: int) -> None:
    columns = unchanged()
    columns["cost_usd"] = columns["cost_usd"] * np.where(np.arange(ROWS) >= CHANGE, 1.2, 1.0)
    [found] = raised(columns, batch)
    known = [row for row in range(CHANGE, ROWS) if columns["status"][row] == "ok"]
    assert [one.name for one in found.facts] == ["unit_price_usd"]
    assert CHANGE + 2 <= found.raised.ordinal <= known[3]


def test_a_price_may_change_within_the_batch_that_teaches_it() -> None:
    """No row held has a price yet: the prices themselves were learned from these rows."""
    columns = unchanged()
    columns["cost_usd"] = columns["cost_usd"] * np.where(np.arange(ROWS) >= 60, 1.2, 1.0)
    [found] = raised(columns, batch=ROWS)[:1]
    assert found.facts[0].name == "unit_price_usd"
    assert 60 <= found.onset.ordinal <= found.raised.ordinal < 66


def test_traffic_that_moves_at_the_same_time_does_not_hide_it() -> None:
    longer = np.where(np.arange(ROWS) >= CHANGE, 4.0, 1.0)
    columns = traffic(factor=1.0) | {"response_model": stated()}
    found = raised(columns | {"input_tokens": columns["input_tokens"] * longer})
    assert found[0].raised.ordinal == CHANGE + 2
    assert found[0].facts[0].name == "response_model"


def test_part_of_the_rows_is_enough() -> None:
    [found] = raised(unchanged() | {"response_model": stated(0.1)})
    shown = [row for row, value in enumerate(stated(0.1)) if value == "new"]
    assert (found.onset.ordinal, found.raised.ordinal) == (shown[0], shown[2])


def test_a_value_that_goes_recovers_and_is_new_when_it_comes_again() -> None:
    values = stated(until=CHANGE + 60)
    values[CHANGE + 300 :] = ["new"] * len(values[CHANGE + 300 :])
    reported = run(list(batches_of(unchanged() | {"response_model": values}, [64])))[1]
    phases = [(one.phase, one.raised.ordinal) for one in reported if one.phase != "growing"]
    assert [phase for phase, _ in phases[:3]] == ["raised", "recovered", "raised"]
    assert phases[2][1] == CHANGE + 302


def test_fingerprints_that_rotate_raise_nothing_in_the_end() -> None:
    """Two at a time, two new ones every hundred rows."""
    rng = np.random.default_rng(5)
    names = [f"fp-{2 * (row // 100) + int(rng.integers(2))}" for row in range(ROWS)]
    assert all(one.raised.ordinal < ROWS / 4 for one in raised(unchanged() | {"system_fingerprint": names}))
