"""The interval holds at all times, agrees with the decisions, and is found again from the checkpoint."""

import numpy as np
import pytest

from coagent.domain.verdict import Margin, Metric
from coagent.verdict.effect import effect_of
from coagent.verdict.evidence import no_evidence, with_comparisons
from coagent.verdict.losses import units
from coagent.verdict.plan import plan_of
from tests.unit.verdict.simulated import costs, latencies, scores, successes

CASES = {
    "success": (Margin(metric="success", margin=0.05, halt=0.05), successes(0.9, 0.02), -0.02),
    "quality": (Margin(metric="quality", margin=0.05, halt=0.05), scores(0.02), -0.02),
    "cost": (Margin(metric="cost", margin=0.2, halt=0.2), costs(1.0, -0.3), -0.3),
    "latency": (Margin(metric="latency", margin=0.2, halt=0.2), latencies(0.5, 0.1), 0.1),
}


def evidence(margin: Margin, arms, rows: int, seed: int):
    plan = plan_of(margin, 0.05, 1)
    control, candidate = arms(np.random.default_rng(seed), rows)
    found = with_comparisons(no_evidence(plan), plan, candidate - control, units(plan.metric, control))
    return plan, found


@pytest.mark.parametrize("metric", CASES)
def test_the_effect_is_found_with_its_interval(metric: Metric):
    margin, arms, truth = CASES[metric]
    plan, found = evidence(margin, arms, 6000, 1)
    effect = effect_of(found, plan)
    assert effect.low is not None
    assert effect.high is not None
    assert effect.low <= effect.effect <= effect.high
    assert effect.low <= truth <= effect.high
    assert effect.effect == pytest.approx(truth, abs=0.03)


@pytest.mark.parametrize("metric", CASES)
def test_the_interval_misses_the_truth_as_seldom_as_promised_whenever_one_looks(metric: Metric):
    """The largest wealth is kept, so the last interval is the intersection of all."""
    margin, arms, truth = CASES[metric]
    missed = [0, 0]
    for seed in range(40):
        plan, found = evidence(margin, arms, 1500, seed)
        effect = effect_of(found, plan)
        missed[0] += effect.low is not None and effect.low > truth
        missed[1] += effect.high is not None and effect.high < truth
    assert max(missed) <= 5  # 40 * 0.05 = 2 are expected at most; more than 5 come with a probability of 0.01


def test_a_certificate_and_an_interval_beyond_the_margin_are_the_same():
    plan, found = evidence(CASES["success"][0], successes(0.9, 0.0), 3000, 3)
    effect = effect_of(found, plan)
    assert found.decided[0] is not None
    assert effect.low is not None
    assert effect.low >= -0.05


def test_what_was_fed_in_parts_is_the_same():
    plan = plan_of(CASES["cost"][0], 0.05, 1)
    control, candidate = CASES["cost"][1](np.random.default_rng(9), 500)
    whole = with_comparisons(no_evidence(plan), plan, candidate - control, control)
    parts = no_evidence(plan)
    for start in range(0, 500, 7):
        part = slice(start, start + 7)
        parts = with_comparisons(parts, plan, (candidate - control)[part], control[part])
    assert np.allclose(whole.wealth, parts.wealth)
    assert np.allclose(whole.peak, parts.peak)
    assert whole.decided == parts.decided
