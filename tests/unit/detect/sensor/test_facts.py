import numpy as np
import pytest

from coagent.detect.sensor.declared import Values
from coagent.detect.sensor.unit_price import UnitPrice

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


def declared(names: list[str]) -> list[int]:
    values = sorted(set(names))
    return Values().skim(values, np.array([values.index(name) for name in names], np.int32))


def test_a_model_never_named_before_is_known_with_its_third_row() -> None:
    assert declared(["m-1"] * 100 + ["m-2"] * 50) == [102]
    assert declared(["m-1", "m-2"] * 50) == []
    assert declared((["m-1"] * 20 + ["m-2"]) * 3 + ["m-2", "m-3"] * 10) == [68]


def test_many_names_are_no_versions() -> None:
    assert declared([f"m-{row // 3}" for row in range(400)])[30:] == []
