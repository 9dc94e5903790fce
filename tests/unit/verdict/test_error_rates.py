"""Promised: false certificates and halts at most alpha, looked at after every row, for few rows more than a test that
is looked at once.
"""

import numpy as np
import pytest
from scipy.stats import norm

from coagent.verdict.forecast import POWER, sample_size
from coagent.verdict.plan import CERTIFY, HALT
from tests.unit.verdict.simulated import ALPHA, KINDS, NEVER, decided, log_normal, moments, plan

ROWS = 4000


def fixed_size(variance: float, distance: float) -> float:
    """Comparisons of a one-sided z test of that power, looked at once, at its end."""
    return variance * ((norm.ppf(1 - ALPHA) + norm.ppf(POWER)) / distance) ** 2


@pytest.mark.parametrize("kind", ["success 95 %", "latency", "cost"])
@pytest.mark.parametrize("side", [CERTIFY, HALT])
def test_a_candidate_exactly_at_the_margin_is_seldom_decided(kind: str, side: int):
    metric, margin, arms = KINDS[kind]
    false = decided(plan(metric, margin), arms(margin), side, tests=200, rows=ROWS, seed=1) < NEVER
    assert false.mean() <= ALPHA + 0.035  # two standard errors of 200 tests


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("side", [CERTIFY, HALT])
def test_of_2000_tests_at_the_margin_no_more_than_alpha_are_decided(kind: str, side: int):
    metric, margin, arms = KINDS[kind]
    false = decided(plan(metric, margin), arms(margin), side, tests=2000, rows=ROWS, seed=2) < NEVER
    assert false.mean() <= ALPHA + 0.01  # two standard errors of 2,000 tests


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_harmless_candidate_is_certified_with_few_rows_more_than_a_fixed_test_takes(kind: str):
    metric, margin, arms = KINDS[kind]
    planned = plan(metric, margin)
    variance, distance = moments(planned, arms(0))
    fixed = fixed_size(variance, distance)
    taken = decided(planned, arms(0), CERTIFY, tests=400, rows=int(3.5 * fixed), seed=3)
    assert np.median(taken) <= 1.1 * fixed
    assert np.quantile(taken, 0.8) <= 1.7 * fixed
    assert np.quantile(taken, 0.8) <= 1.25 * sample_size(variance, distance, ALPHA)


def test_pairs_that_are_alike_need_fewer_rows():
    planned, taken = plan("latency", 0.1), []
    for shared in (0.0, 0.8):
        found = decided(planned, log_normal("latency", 0.5, 1.0, shared), CERTIFY, tests=60, rows=2000, seed=4)
        taken.append(np.median(found))
    assert taken[1] < 0.4 * taken[0]
