"""The parts of a change of a mean."""

import doctest

import numpy as np
import pytest

from coagent.confirm.cause import notes
from coagent.confirm.compare.decomposition import decompose
from coagent.confirm.compare.paired_sample import Values


def values(x, category) -> Values:
    return Values(np.asarray(x, float), np.asarray(category, np.int64))


@pytest.mark.parametrize("seed", range(20))
def test_the_parts_add_up_exactly(seed):
    rng = np.random.default_rng(seed)
    before = values(rng.exponential(100, 300), rng.integers(0, 5, 300))
    after = values(rng.exponential(150, 40), rng.integers(2, 8, 40))
    parts = decompose(before, after)

    assert before.x.mean() == pytest.approx(parts.before)
    assert after.x.mean() == pytest.approx(parts.after)
    assert parts.change == pytest.approx(parts.mix + parts.within + parts.interaction + parts.unlike)


def test_mere_mix_is_all_mix():
    parts = decompose(values([10, 10, 50, 50], [0, 0, 1, 1]), values([10, 50, 50, 50], [0, 1, 1, 1]))

    assert (10, 0, 0, 0) == (parts.mix, parts.within, parts.interaction, parts.unlike)


def test_mere_rise_is_all_within():
    parts = decompose(values([10, 10, 50, 50], [0, 0, 1, 1]), values([15, 15, 55, 55], [0, 0, 1, 1]))

    assert (0, 5, 0, 0) == (parts.mix, parts.within, parts.interaction, parts.unlike)


def test_new_kinds_of_requests_are_reported_apart():
    parts = decompose(values([10, 10], [0, 0]), values([10, 90], [0, 1]))

    assert (10, 50) == (parts.before, parts.after)
    assert (-5, 45) == (parts.mix, parts.unlike)


def test_what_is_said_of_it_is_what_it_computes() -> None:
    assert doctest.testmod(notes).failed == 0
