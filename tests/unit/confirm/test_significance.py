"""p-values are uniform where nothing changed."""

import numpy as np
import pytest
from scipy import stats

from coagent.confirm.compare.false_discovery import q_values
from coagent.confirm.compare.paired_sample import Pair, Values
from coagent.confirm.compare.significance import exact_rate, p_value, van_elteren


def draw(rng, rows, mix, make) -> Values:
    category = rng.choice(len(mix), rows, p=mix)
    return Values(make(rng, category), category)


def skewed(rng, category):
    return np.exp(rng.normal(category, 1.0))


def tied(rng, category):
    return np.floor(rng.exponential(2 + category))


def rare(rng, category):
    return (rng.random(len(category)) < 0.02 + 0.1 * category).astype(float)


@pytest.mark.parametrize("make", [skewed, tied])
@pytest.mark.parametrize("after", [4, 16, 128])
def test_null_p_values_are_uniform_though_the_mix_moves(make, after):
    rng = np.random.default_rng(after)
    ps = [
        p_value(Pair.of(draw(rng, 200, [0.7, 0.2, 0.1], make), draw(rng, after, [0.1, 0.4, 0.5], make)), "continuous")
        for _ in range(400)
    ]

    assert stats.kstest(ps, "uniform").pvalue > 0.01
    assert np.mean(np.array(ps) <= 0.01) <= 0.025


@pytest.mark.parametrize("after", [8, 64])
def test_null_p_values_of_rates_are_never_too_small(after):
    rng = np.random.default_rng(after)
    ps = np.array(
        [
            p_value(Pair.of(draw(rng, 200, [0.7, 0.3], rare), draw(rng, after, [0.2, 0.8], rare)), "binary")
            for _ in range(400)
        ]
    )

    for level in (0.01, 0.05, 0.2):
        assert np.mean(ps <= level) <= level + 2.5 * np.sqrt(level / 400)


def test_one_stratum_is_mann_whitneys():
    rng = np.random.default_rng(2)
    before, after = rng.normal(0, 1, 60), rng.normal(0.6, 1, 40)
    pair = Pair.of(Values(before, np.zeros(60, int)), Values(after, np.zeros(40, int)))
    known = stats.mannwhitneyu(after, before, method="asymptotic", use_continuity=False)

    assert float(known.pvalue) == pytest.approx(van_elteren(pair))


def test_one_stratum_is_fishers():
    before, after = np.repeat([1.0, 0.0], [3, 97]), np.repeat([1.0, 0.0], [6, 24])
    pair = Pair.of(Values(before, np.zeros(100, int)), Values(after, np.zeros(30, int)))

    assert float(stats.fisher_exact([[6, 24], [3, 97]]).pvalue) == pytest.approx(exact_rate(pair))


def test_too_few_rows_have_no_p_value():
    pair = Pair.of(Values(np.arange(50.0), np.zeros(50, int)), Values(np.arange(3.0), np.zeros(3, int)))

    assert p_value(pair, "continuous") is None
    assert p_value(pair, "binary") is None


def test_dependent_rows_need_more_of_them():
    rng = np.random.default_rng(4)
    pair = Pair.of(Values(rng.normal(0, 1, 200), np.zeros(200, int)), Values(rng.normal(1, 1, 30), np.zeros(30, int)))

    assert p_value(pair, "continuous") < p_value(pair, "continuous", 4.0)
    assert p_value(pair, "continuous", 8.0) is None


def test_equal_values_are_no_change():
    pair = Pair.of(Values(np.ones(50), np.zeros(50, int)), Values(np.ones(9), np.zeros(9, int)))

    assert p_value(pair, "continuous") == 1


def test_benjamini_hochberg_takes_the_known_ones():
    assert {"a": 0.03, "b": None, "c": 0.03, "d": 0.9} == q_values({"a": 0.01, "b": None, "c": 0.02, "d": 0.9})
    assert {"a": None} == q_values({"a": None})
