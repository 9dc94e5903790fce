"""A run beside production where one of them is known by its sums alone: intervals of one look, by task.

Success and quality: Wilson, their difference by Newcombe. Cost a request: bootstrap over days. Latency: the median, by
order statistics. Like is compared with like by task; lengths are not in the sums.
"""

from collections.abc import Mapping, Sequence
from math import ceil

import numpy as np

from coagent.domain.gate import (
    ComparedMetric,
    CompareMetric,
    CompareOutcome,
    Comparison,
    Estimate,
    Traffic,
    outcome_of,
)
from coagent.gate.effect.cost import divided, shared_tasks
from coagent.gate.effect.intervals import drawn_days, sampled
from coagent.gate.effect.like_with_like import latency, success
from coagent.gate.effect.measured import Measured, together

METHOD = (
    "by sums of the views, like with like by task (lengths are not in them); intervals at 95 % that hold for one look"
)
RELATIVE = frozenset({"cost", "latency"})


def compare_traffic(
    base: Sequence[Traffic], candidate: Sequence[Traffic], allowed: Mapping[CompareMetric, float]
) -> Comparison:
    """Models of one side count together."""
    ours, theirs = together(base), together(candidate)
    metrics = tuple(_metric(name, margin, ours, theirs) for name, margin in allowed.items())
    return Comparison(
        outcome=outcome_of(metrics),
        base_requests=ours.requests if ours else 0,
        candidate_requests=theirs.requests if theirs else 0,
        metrics=metrics,
        method=METHOD,
    )


def _metric(name: CompareMetric, margin: float, ours: Measured | None, theirs: Measured | None) -> ComparedMetric:
    change, count = (None, 0) if ours is None or theirs is None else _change(name, ours, theirs)
    worse = None if change is None else _worse(name, change)
    return ComparedMetric(
        metric=name,
        outcome=_outcome(worse, margin),
        margin=margin,
        effect=change.value if change else None,
        low=change.low if change else None,
        high=change.high if change else None,
        compared=count,
        more_requests=_more(worse, margin, count),
    )


def _change(name: CompareMetric, ours: Measured, theirs: Measured) -> tuple[Estimate | None, int]:
    """Candidate less base, relative for cost and latency, and the candidate's requests."""
    if name == "success":
        return success(ours, theirs).change, int(theirs.total("outcomes_known").sum())
    if name == "latency":
        found = latency("latency_p50", ours, theirs)
        base = found.before.value if found.before and found.change else None
        return (_relative(found.change, base) if found.change and base else None), theirs.requests
    if name == "cost":
        return _cost(ours, theirs), int(theirs.total("requests_priced").sum())
    return None, 0


def _relative(change: Estimate, base: float) -> Estimate:
    low, high = (None if one is None else one / base for one in (change.low, change.high))
    return Estimate(value=(change.value or 0.0) / base, low=low, high=high)


def _cost(ours: Measured, theirs: Measured) -> Estimate | None:
    """The ratio of costs a request at our mix of tasks, less 1."""
    shared = shared_tasks(ours, theirs, "requests_priced")
    if not shared:
        return None
    weights = ours.total("requests")[[one for one, _ in shared]]
    sides = []
    for side, places, stream in ((ours, [one for one, _ in shared], 5), (theirs, [two for _, two in shared], 6)):
        active = np.flatnonzero(side["requests"].sum(axis=0) > 0)
        every, drawn = np.arange(len(active))[None], drawn_days(len(active), stream)
        spent, priced = side["cost_usd"][places][:, active], side["requests_priced"][places][:, active]
        rates = [divided(spent[:, days].sum(axis=2), priced[:, days].sum(axis=2)) for days in (every, drawn)]
        sides.append([weights @ rate / weights.sum() for rate in rates])
    value = float(sides[1][0][0] / sides[0][0][0]) - 1
    return sampled(value, np.broadcast_to(sides[1][1] / sides[0][1] - 1, max(len(sides[0][1]), len(sides[1][1]))))


def _worse(name: CompareMetric, change: Estimate) -> Estimate:
    """More is worse."""
    if name in RELATIVE:
        return change
    value, low, high = (None if one is None else -one for one in (change.value, change.high, change.low))
    return Estimate(value=value, low=low, high=high)


def _outcome(worse: Estimate | None, margin: float) -> CompareOutcome:
    if worse is None or worse.low is None or worse.high is None:
        return "cannot_tell"
    return "certified" if worse.high <= margin else "worse" if worse.low > margin else "cannot_tell"


def _more(worse: Estimate | None, margin: float, count: int) -> int | None:
    """Intervals shrink by the root of the requests."""
    if worse is None or worse.high is None or worse.value is None or worse.high <= margin or worse.value >= margin:
        return None
    return ceil(count * (((worse.high - worse.value) / (margin - worse.value)) ** 2 - 1))
