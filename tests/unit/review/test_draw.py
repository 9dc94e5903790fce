from datetime import UTC, datetime

import numpy as np
import pytest

from coagent.domain.review import REPORTED, Cell, Draw, ReviewEntry
from coagent.review.draw import draw, draws_within
from coagent.review.links import link_maker
from coagent.review.strata import Stratum, allocation, strata
from tests.unit.review.days import DAY, cell

SIZES = {
    cell("a", "random"): 900,
    cell("a", "expensive"): 50,
    cell("b", "random"): 100,
    cell("b", "shift"): 7,
    cell("c", "low_score"): 1,
}


def entries(sizes: dict[Cell, int], seed: int = 3) -> dict[Cell, list[ReviewEntry]]:
    chance = np.random.default_rng(seed)
    found = {}
    for one, size in sizes.items():
        drawn = sorted(int(rank) for rank in chance.integers(0, 2**62, size))
        found[one] = [
            ReviewEntry(request_id=f"{one.stream_id}-{one.reason}-{at}", reason=one.reason, rank=rank, time=DAY)
            for at, rank in enumerate(drawn)
        ]
    return found


def drawn(budget: int, second_looks: float = 0.1, reports: tuple[str, ...] = (), seed: int = 3) -> Draw:
    lowest = entries(SIZES, seed)
    link = link_maker("https://logs.example/{day}/{request_id}")
    return draw(DAY, DAY, SIZES, lowest, reports, budget=budget, second_looks=second_looks, link=link)


@pytest.mark.parametrize("budget", [*range(1, 30), 50, 100, 500])
@pytest.mark.parametrize("second_looks", [0.0, 0.1, 0.5, 1.0])
def test_the_budget_is_never_passed_and_all_but_used(budget: int, second_looks: float) -> None:
    found = drawn(budget, second_looks, ("reported-1", "reported-2"))
    assert found.looks <= budget
    assert found.looks >= min(budget, sum(SIZES.values())) - 1 - (budget == 1)


def test_probabilities_are_shares_of_strata_and_every_cell_is_drawn_from() -> None:
    found = drawn(50)
    of = {one.cell: one for one in found.cells}
    assert set(of) == set(SIZES)
    for item in found.items:
        assert item.stream_id is not None
        one = of[Cell(item.stream_id, item.reason)]  # type: ignore[arg-type]
        assert item.probability == pytest.approx(one.stratum_drawn / one.stratum_requests)
    assert {item.reason for item in found.items} == {one.reason for one in SIZES}


def test_each_request_of_a_stratum_is_as_likely() -> None:
    """Over many draws, strata that are put together among them."""
    met: dict[str, int] = {}
    draws = 400
    for seed in range(draws):
        for item in drawn(12, 0.0, seed=seed).items:
            met[f"{item.stream_id}/{item.reason}"] = met.get(f"{item.stream_id}/{item.reason}", 0) + 1
    one = {f"{c.cell.stream_id}/{c.cell.reason}": c for c in drawn(12, 0.0).cells}
    for name, count in met.items():
        expected = draws * one[name].requests * one[name].stratum_drawn / one[name].stratum_requests
        assert abs(count - expected) <= 4 * np.sqrt(expected) + 1


def test_the_first_of_the_queue_are_a_sample_too() -> None:
    """A reviewer who stops half-way has about half of each stratum."""
    found = drawn(100, 0.0).items
    half = [item.reason for item in found[: len(found) // 2]]
    for reason in ("random", "expensive"):
        assert abs(half.count(reason) - sum(item.reason == reason for item in found) / 2) <= 2


def test_reports_come_first_once_each_and_take_a_fifth_at_most() -> None:
    found = drawn(10, 0.0, ("r-1", "r-1", "r-2", "r-3"))
    reported = [item for item in found.items if item.reason == REPORTED]
    assert [item.request_id for item in reported] == ["r-1", "r-2"]
    assert [item.place for item in found.items] == list(range(1, 11))
    assert all(item.probability is None and item.link is None for item in reported)


def test_an_id_is_quoted_in_its_link() -> None:
    link = link_maker("https://logs.example/trace/{request_id}?from={time}")
    at = datetime(2026, 11, 1, tzinfo=UTC)
    assert link("a/b?c d&é", at) == "https://logs.example/trace/a%2Fb%3Fc%20d%26%C3%A9?from=1793491200000"
    assert link("a", None) is None
    assert link_maker(None)("a", at) is None
    assert link_maker("{request_id}")("{day}", None) == "%7Bday%7D"


def test_more_strata_than_draws_are_put_together() -> None:
    sizes = {Cell(f"s{at:03d}", reason): at + 1 for at in range(50) for reason in ("random", "shift")}
    found = strata(sizes, 20)
    assert len(found) == 10
    assert sum(one.requests for one in found) == sum(sizes.values())
    assert all(len(one.reasons) == 1 for one in found)
    assert strata({}, 5) == []
    assert [one.requests for one in strata(sizes, 1)] == [sum(sizes.values())]


def test_no_stratum_gets_more_than_it_has() -> None:
    found = [Stratum((cell("a", "random"),), 1), Stratum((cell("a", "shift"),), 1000)]
    assert allocation(found, 10) == [1, 9]
    assert allocation(found, 5_000) == [1, 1000]
    assert draws_within(11, 0.1) == 10
