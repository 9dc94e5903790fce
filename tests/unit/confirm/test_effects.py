"""Sizes and their intervals."""

from math import erf

import numpy as np
import pytest

from coagent.confirm.compare.effects import cliffs_delta, risk_difference, summaries, weighted_median, with_quantiles
from coagent.confirm.compare.paired_sample import Pair, Values
from coagent.domain.shift import QUANTILES


def values(x, category=None) -> Values:
    x = np.asarray(x, float)
    return Values(x, np.zeros(len(x), np.int64) if category is None else np.asarray(category))


def normal_pair(rng, before, after, shift, categories=4) -> Pair:
    """Categories lie far apart and the mix leans to the high ones after."""
    old = rng.integers(0, categories, before)
    new = rng.choice(categories, after, p=np.arange(1, categories + 1) / (categories * (categories + 1) / 2))
    return Pair.of(
        Values(rng.normal(3 * old, 1, before), old),
        Values(rng.normal(3 * new + shift, 1, after), new),
    )


def test_the_delta_counts_pairs():
    pair = Pair.of(values([1, 2, 3]), values([2, 4]))

    assert (1 - 1 + 3) / 6 == pytest.approx(cliffs_delta(pair).value)


def test_another_mix_of_categories_is_no_effect():
    before = values([*range(10), *range(100, 110)], [0] * 10 + [1] * 10)
    after = values([*range(100, 110)] * 5, [1] * 50)

    assert cliffs_delta(Pair.of(before, after)).value == pytest.approx(0, abs=1e-12)


def test_categories_without_a_counterpart_are_left_out_and_counted():
    pair = Pair.of(values([1, 2], [0, 1]), values([5, 6, 7, 8], [0, 2, 2, 2]))

    assert pair.unlike == 0.75
    assert pair.after.x.tolist() == [5]
    assert pair.before.x.tolist() == [1]


@pytest.mark.parametrize(("before", "after", "shift"), [(120, 8, 0.5), (150, 32, 1.5), (256, 128, 0.0)])
def test_the_deltas_interval_covers_the_truth(before, after, shift):
    rng = np.random.default_rng(7)
    truth = erf(shift / 2)
    effects = [cliffs_delta(normal_pair(rng, before, after, shift)) for _ in range(200)]

    assert np.mean([effect.low <= truth <= effect.high for effect in effects]) >= 0.92


def test_a_total_change_in_few_rows_has_an_honest_interval():
    effect = cliffs_delta(normal_pair(np.random.default_rng(1), 200, 5, 50.0))

    assert effect.value == 1
    assert 0.4 < effect.low < 0.8
    assert effect.high == 1


def test_dependent_rows_widen_the_interval():
    pair = normal_pair(np.random.default_rng(1), 200, 100, 0.5)

    assert cliffs_delta(pair, 9.0).low < cliffs_delta(pair).low < cliffs_delta(pair).value


@pytest.mark.parametrize(("before", "after"), [(0.01, 0.01), (0.02, 0.2), (0.5, 0.4)])
def test_the_risk_differences_interval_covers_the_truth(before, after):
    rng = np.random.default_rng(3)
    pairs = [Pair.of(values(rng.random(250) < before), values(rng.random(40) < after)) for _ in range(300)]
    effects = [risk_difference(pair) for pair in pairs]

    assert np.mean([effect.low <= after - before <= effect.high for effect in effects]) >= 0.92


def test_rates_are_compared_under_the_mix_after():
    before = values([1, 1, 0, 0, 0, 0], [0, 0, 1, 1, 1, 1])
    after = values([1, 1, 1, 0], [0, 0, 0, 1])

    was, now = summaries(Pair.of(before, after), "binary")

    assert was.median == 0.75 == now.median
    assert risk_difference(Pair.of(before, after)).value == 0


def test_the_median_before_has_the_mix_after():
    before = values([1, 2, 3, 11, 12, 13], [0, 0, 0, 1, 1, 1])
    was, now = summaries(Pair.of(before, values([12, 14, 16], [1, 1, 1])), "continuous")

    assert (was.n, was.median) == (3, 12)
    assert (now.n, now.median) == (3, 14)


def test_quantiles_run_from_the_least_to_the_greatest_under_the_mix_after():
    before = values([1, 2, 3, 11, 12, 13], [0, 0, 0, 1, 1, 1])
    pair = Pair.of(before, values([12.34567, 14, 16], [1, 1, 1]))
    was, now = with_quantiles(pair, *summaries(pair, "continuous"))

    assert len(was.quantiles) == len(now.quantiles) == len(QUANTILES)
    assert (was.quantiles[0], was.quantiles[10], was.quantiles[-1]) == (11, 12, 13)
    assert (now.quantiles[0], now.quantiles[10], now.quantiles[-1]) == (12.35, 14, 16)


def test_a_rate_has_no_quantiles():
    before, after = summaries(Pair.of(values([0, 1], [0, 0]), values([1, 1], [0, 0])), "binary")

    assert before.quantiles == after.quantiles == []


@pytest.mark.parametrize("x", [[3.0], [1.0, 2.0], [5.0, 1.0, 4.0], [1.0, 1.0, 2.0, 9.0]])
def test_equal_weights_give_the_plain_median(x):
    weights = np.full(len(x), 1 / len(x))

    assert float(np.median(x)) == weighted_median(np.array(x), weights)
