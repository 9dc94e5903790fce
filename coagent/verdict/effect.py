"""The effect with its confidence sequence: effects that neither process has refused."""

from typing import NamedTuple

import numpy as np

from coagent.verdict.evidence import Evidence
from coagent.verdict.plan import CERTIFY, HALT, Plan, outer


class Effect(NamedTuple):
    """As people read it: candidate less control, relative for cost and latency. A bound is None where none is known."""

    effect: float
    low: float | None
    high: float | None


def effect_of(evidence: Evidence, plan: Plan) -> Effect:
    """The effect at which both processes have equal wealth, and the bounds that hold at all times."""
    lead = evidence.wealth[CERTIFY, 0] - evidence.wealth[HALT, 0]
    middle = float(np.interp(0.0, np.maximum.accumulate(lead), plan.grid))
    above = _run(evidence.peak[CERTIFY][::-1] >= plan.needs[CERTIFY])
    below = _run(evidence.peak[HALT] >= plan.needs[HALT])
    low = outer(plan.metric, float(plan.grid[below - 1])) if below else None
    high = outer(plan.metric, float(plan.grid[-above])) if above else None
    bounds = (low, high) if plan.metric in ("cost", "latency") else (high, low)
    return Effect(outer(plan.metric, middle), *bounds)


def _run(refused: np.ndarray) -> int:
    """How many are refused in a row from the first on."""
    return int(np.argmin(refused)) if not refused.all() else len(refused)
