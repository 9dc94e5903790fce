import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtri
from scipy.stats import norm

from coagent.detect.constants import BINS, CELLS, JOINED, SHARES, SHIFTS
from coagent.detect.sensor.densities import BETS, RATE_BETS, cell, normal_score, part_tables, tables
from coagent.detect.sensor.reference import Reference, add, ranks

places = st.integers(0, BINS - 1)


def reference_with(rows: list[int]) -> Reference:
    shapes = ((2, BINS), (2, BINS // 16), (2,))
    found = Reference(*[np.zeros(shape, np.int32) for shape in shapes])
    for place in rows:
        add(found, 1, place, 1)
    return found


@settings(deadline=None)
@given(rows=st.lists(places, max_size=60), place=places, steps=st.integers(0, 90), xi=st.floats(0.01, 0.99))
def test_ranks_are_those_of_the_definition(rows: list[int], place: int, steps: int, xi: float) -> None:
    found = ranks(reference_with(rows), 1, place, steps, xi)

    def rank(moved: int) -> float:
        less, equal = sum(row < moved for row in rows), sum(row == moved for row in rows)
        return (less + xi * (equal + 1)) / (len(rows) + 1)

    assert found == pytest.approx((rank(place), rank(place - steps), rank(place + steps)))


def test_the_normal_score_is_the_normal_quantile() -> None:
    u = np.array([1e-9, 1e-3, 0.02, 0.3, 0.5, 0.77, 0.98, 1 - 1e-6])
    np.testing.assert_allclose([normal_score(one) for one in u], ndtri(u), atol=1e-7)


def test_each_density_is_fair_and_rises_with_the_rank() -> None:
    edges = np.linspace(-6, 6, CELLS + 1)
    mass = np.diff(np.concatenate([[0], norm.cdf(edges[1:-1]), [1]]))
    for table in (*tables(), *part_tables()):
        means = np.einsum("c,kcb->kb", mass, table)
        assert ((np.abs(means - 1) < 1e-5) | (means == 0)).all()
    up, down, wide = tables()
    assert (np.diff(up, axis=1) >= 0).all()
    assert (np.diff(down, axis=1) >= 0).all()
    assert (np.diff(wide[:, CELLS // 2 :], axis=1) >= 0).all()
    np.testing.assert_allclose(wide, wide[:, ::-1], rtol=1e-5)


def test_there_are_as_many_bets_as_densities() -> None:
    bets = [sum(int(table[kind].any(axis=0).sum()) for table in tables()) for kind in range(2)]
    assert bets == [BETS, RATE_BETS]


def test_bets_know_that_changed_rows_joined_the_reference() -> None:
    """A row that changed, ranked among rows of which half changed too, stands where that table says it does."""
    rng, shift, half = np.random.default_rng(5), SHIFTS[2], JOINED.index(0.5)
    changed = rng.normal(shift, size=20_000)
    among = np.sort(np.concatenate([rng.normal(size=10_000), rng.normal(shift, size=10_000)]))
    ranks = (np.searchsorted(among, changed) + rng.random(len(changed))) / (len(among) + 1)
    bet = (len(SHARES) - 1) * len(SHIFTS) + 2
    up = tables().up[:, [cell(normal_score(one)) for one in ranks], bet]
    won = np.log(up[::2]).mean(axis=1)
    assert won.argmax() == half
    assert won[half] > 0.2 > won[0]
