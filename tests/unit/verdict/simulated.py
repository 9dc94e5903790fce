"""Simulated tests of two arms, looked at after every comparison."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np
from scipy.optimize import brentq
from scipy.stats import norm

from coagent.domain.verdict import Margin, Metric
from coagent.verdict.evidence import no_evidence, with_comparisons
from coagent.verdict.losses import CAP_MEANS, losses, units
from coagent.verdict.plan import CERTIFY, Plan, contrasts, plan_of

ALPHA = 0.05
NEVER = 10**9

Arms = Callable[[np.random.Generator, int], tuple[np.ndarray, np.ndarray]]
"""Losses of control and candidate, shape (rows,) each."""


def plan(metric: Metric, margin: float) -> Plan:
    """With the two margins alone on its grid: that is all that decides."""
    whole = plan_of(Margin(metric=metric, margin=margin, halt=margin), ALPHA, 1)
    places = sorted(set(whole.places))
    at = [places.index(place) for place in whole.places]
    return replace(whole, grid=whole.grid[places], limits=whole.limits[:, places], places=(at[0], at[1]))


def decided(plan: Plan, arms: Arms, side: int, *, tests: int, rows: int, seed: int) -> np.ndarray:
    """After how many comparisons each test passed; NEVER where it did not."""
    random = np.random.default_rng(seed)
    return np.array([_decided(plan, *arms(random, rows), side) for _ in range(tests)])


def _decided(plan: Plan, control: np.ndarray, candidate: np.ndarray, side: int) -> int:
    evidence = no_evidence(plan)
    for start in range(0, len(control), 1024):
        part = slice(start, start + 1024)
        evidence = with_comparisons(evidence, plan, (candidate - control)[part], units(plan.metric, control[part]))
        if evidence.decided[side] is not None:
            return evidence.decided[side]
    return NEVER


def moments(plan: Plan, arms: Arms) -> tuple[float, float]:
    """Variance of contrasts at the margin, and how far their mean is from it."""
    control, candidate = arms(np.random.default_rng(5), 4_000_000)
    found = contrasts(plan, candidate - control, units(plan.metric, control), plan.grid[[plan.places[CERTIFY]]])[:, 0]
    return float(found.var()), float(-found.mean())


def successes(rate: float, worse: float) -> Arms:
    def arms(random: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
        return (random.random(rows) > rate) * 1.0, (random.random(rows) > rate - worse) * 1.0

    return arms


def scores(worse: float) -> Arms:
    """Of a beta distribution with a mean of 0.8; some of the candidate's are 0."""

    def arms(random: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
        kept = random.random(rows) >= worse / 0.8
        return 1 - random.beta(8, 2, rows), 1 - kept * random.beta(8, 2, rows)

    return arms


def log_normal(metric: Metric, spread: float, ratio: float, shared: float = 0.0) -> Arms:
    """`shared`: correlation of the logarithms within a pair."""
    cap = CAP_MEANS * np.exp(spread**2 / 2)

    def arms(random: np.random.Generator, rows: int) -> tuple[np.ndarray, np.ndarray]:
        common = np.sqrt(shared) * random.standard_normal(rows)
        own = [common + np.sqrt(1 - shared) * random.standard_normal(rows) for _ in range(2)]
        control, candidate = (factor * np.exp(spread * one) for factor, one in zip((1, ratio), own, strict=True))
        return losses(metric, control, cap), losses(metric, candidate, cap)

    return arms


def cost_ratio(spread: float, worse: float) -> float:
    """The ratio of log-normal costs at which the ratio of their capped means is 1 + worse."""
    quantiles = np.exp(spread * norm.ppf((np.arange(200_000) + 0.5) / 200_000))
    cap = CAP_MEANS * np.exp(spread**2 / 2)

    def beyond(ratio: float) -> float:
        return np.minimum(ratio * quantiles, cap).mean() / np.minimum(quantiles, cap).mean() - 1 - worse

    return float(brentq(beyond, 0.2, 20))


def costs(spread: float, worse: float) -> Arms:
    return log_normal("cost", spread, cost_ratio(spread, worse))


def latencies(spread: float, worse: float) -> Arms:
    return log_normal("latency", spread, 1 + worse)


KINDS: dict[str, tuple[Metric, float, Callable[[float], Arms]]] = {
    "success 95 %": ("success", 0.02, partial(successes, 0.95)),
    "success 90 %": ("success", 0.05, partial(successes, 0.9)),
    "success 70 %": ("success", 0.05, partial(successes, 0.7)),
    "quality": ("quality", 0.02, scores),
    "latency": ("latency", 0.1, partial(latencies, 0.5)),
    "latency, wide": ("latency", 0.2, partial(latencies, 0.8)),
    "cost": ("cost", 0.1, partial(costs, 1.0)),
    "cost, heavy": ("cost", 0.2, partial(costs, 1.6)),
}
"""By name: metric, margin, and arms of which the candidate is that much worse."""
