from collections.abc import Sequence

import numpy as np
import pytest

from coagent.detect.constants import ARRIVALS
from coagent.detect.sensor.declared import NewValue, Values
from coagent.detect.unit_price import UnitPrice

RNG = np.random.default_rng(4)
ROWS = 80
TOKENS = np.stack([
    RNG.integers(100, 2_000, ROWS), RNG.integers(0, 300, ROWS), np.zeros(ROWS), RNG.integers(1, 700, ROWS)
]).astype(float)  # fmt: skip
PRICES = np.array([3e-6, 0.3e-6, 0, 15e-6])


def billed(prices: np.ndarray, digits: int = 8) -> np.ndarray:
    return np.asarray(np.round(prices @ TOKENS, digits))


def test_another_price_is_known_with_its_third_row() -> None:
    costs = np.where(np.arange(ROWS) < 50, billed(PRICES), billed(PRICES * 1.5))
    assert UnitPrice().changes(costs, TOKENS) == [52]


@pytest.mark.parametrize("digits", [8, 6, 5])
def test_the_same_price_is_none_however_bills_are_rounded(digits: int) -> None:
    assert UnitPrice().changes(billed(PRICES, digits), TOKENS) == []


def test_one_or_two_strange_bills_are_no_change() -> None:
    costs = billed(PRICES)
    costs[[30, 31, 60]] *= 3
    assert UnitPrice().changes(costs, TOKENS) == []


def test_costs_that_do_not_follow_tokens_say_nothing() -> None:
    assert UnitPrice().changes(RNG.random(ROWS), TOKENS) == []


def test_the_way_into_batches_does_not_matter() -> None:
    price, costs = UnitPrice(), np.where(np.arange(ROWS) < 50, billed(PRICES), billed(PRICES * 0.5))
    found = [at + row for at in range(0, ROWS, 7) for row in price.changes(costs[at : at + 7], TOKENS[:, at : at + 7])]
    assert found == [52]


DAY_S = 86_400.0


def declared(names: Sequence[str | None], *, rows_a_day: float = 100_000.0, batch: int = 64) -> list[int]:
    """Rows at which a new value is news."""
    known, values = sorted({name for name in names if name}), Values()
    codes = np.array([-1 if name is None else known.index(name) for name in names], np.int32)
    times = np.arange(len(names)) * DAY_S / rows_a_day
    parts = [slice(at, at + batch) for at in range(0, len(names), batch)]
    return [part.start + one.row for part in parts for one in values.changes(known, codes[part], times[part])]


def test_a_model_never_named_before_is_known_with_its_third_row() -> None:
    assert declared(["m-1"] * 100 + ["m-2"] * 50) == [102]
    assert declared(["m-1", "m-2"] * 50) == []
    assert declared([None, "m-1"] * 50 + [None, "m-2"] * 50) == [105]


def test_what_was_and_what_is_are_named() -> None:
    codes = np.array([0, 1] + [1] * 60 + [2] * 3, np.int32)
    assert Values().changes(["a", "b", "c"], codes, np.arange(65.0)) == [NewValue(64, "b", "c")]


@pytest.mark.parametrize("batch", [1, 7, 64, 4_096])
def test_part_of_the_rows_on_a_new_model_is_news_however_they_are_batched(batch: int) -> None:
    rng = np.random.default_rng(1)
    moved = (np.arange(3_000) >= 1_000) & (rng.random(3_000) < 0.1)
    found = declared(np.where(moved, "m-2", "m-1").tolist(), batch=batch)
    assert found == [np.flatnonzero(moved)[2]]


def test_values_that_are_merely_rare_are_no_news() -> None:
    """Zipf's shares: some come first after hundreds of rows, and were there all the time. About one in a hundred of
    them looks new by chance.
    """
    false = 0
    for seed in range(40):
        rng, shares = np.random.default_rng(seed), 1 / np.arange(1, 13)
        false += len(declared(rng.choice([f"v{v}" for v in range(12)], 3_000, p=shares / shares.sum()).tolist()))
    assert false <= 12 * 40 / 100


def test_fingerprints_that_rotate_weekly_are_news_no_more_than_twice_a_month() -> None:
    """Two at a time, two new ones a week, for half a year."""
    rng, weekly = np.random.default_rng(0), 700
    week = np.arange(26 * weekly) // weekly
    names = [f"fp-{2 * one + pick}" for one, pick in zip(week, rng.integers(0, 2, len(week)), strict=True)]
    assert len(declared(names, rows_a_day=100)) <= 1


def test_a_model_that_changes_each_quarter_is_news_each_time() -> None:
    names = [f"m-{row // 9_000}" for row in range(36_000)]
    assert declared(names, rows_a_day=100) == [9_002, 18_002, 27_002]


def test_many_names_are_no_versions() -> None:
    assert len(declared([f"m-{row // 3}" for row in range(4_000)])) <= ARRIVALS


def test_a_value_that_went_is_new_again() -> None:
    values, names = Values(), ["a", "b"]
    assert values.changes(names, np.array([0] * 60 + [1] * 5, np.int32), np.arange(65.0))
    values.forget("b")
    assert values.changes(names, np.array([0] * 60 + [1] * 5, np.int32), np.arange(65.0, 130.0))
