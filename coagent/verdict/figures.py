"""A trial's state as people read it, and what it comes to."""

from datetime import datetime
from math import exp

from coagent.domain.verdict import Margin, MetricFigures, Outcome, Trial, TrialStatus, Verdict
from coagent.verdict.effect import effect_of
from coagent.verdict.forecast import comparisons_left
from coagent.verdict.plan import CERTIFY, HALT, Plan
from coagent.verdict.routing import routing_of
from coagent.verdict.state import MetricState, TrialState, plans_of

LARGEST_LOG = 700.0
"""exp of more is no finite number."""
RUNNING = ""


def verdict_of(trial: Trial, state: TrialState) -> Verdict:
    """As it stands by its evidence alone: running, certified or halted."""
    metrics = [
        _figures(margin, plan, one, state)
        for margin, plan, one in zip(trial.margins, plans_of(trial), state.metrics, strict=True)
    ]
    status = _status([one.outcome for one in metrics])
    return Verdict(
        id=trial.id,
        sequence=0 if status == "running" else 1,
        segment=trial.segment,
        trial=trial,
        status=status,
        control_requests=state.requests[0],
        candidate_requests=state.requests[1],
        unpaired_requests=len(state.pairs.waiting) + state.pairs.dropped,
        metrics=metrics,
        first_at=state.first_at,
        last_at=state.last_at,
        ended_at=None if status == "running" else state.last_at,
        ended_by=None,
        reason=_reason(status, metrics),
        routing=routing_of(state.routing),
    )


def _status(outcomes: list[Outcome]) -> TrialStatus:
    """One metric halts; to certify, all have to pass."""
    if "halted" in outcomes:
        return "halted"
    return "certified" if all(one == "certified" for one in outcomes) else "running"


def _reason(status: TrialStatus, metrics: list[MetricFigures]) -> str:
    worse = ", ".join(one.metric for one in metrics if one.outcome == "halted")
    words = {"halted": f"worse than its margin: {worse}", "certified": "no metric is worse than its margin"}
    return words.get(status, RUNNING)


def _figures(margin: Margin, plan: Plan, state: MetricState, trial: TrialState) -> MetricFigures:
    evidence = state.evidence
    found = effect_of(evidence, plan) if evidence.moments.rows else None
    outcome = _outcome(state)
    left = None if outcome != "open" else comparisons_left(evidence, plan, CERTIFY)
    return MetricFigures(
        metric=margin.metric,
        outcome=outcome,
        margin=margin.margin,
        halt=margin.halt,
        comparisons=evidence.moments.rows,
        control_known=state.blocks.known[0],
        candidate_known=state.blocks.known[1],
        effect=found.effect if found else None,
        low=found.low if found else None,
        high=found.high if found else None,
        certify_evidence=_evidence(state, plan, CERTIFY),
        halt_evidence=_evidence(state, plan, HALT),
        certify_needs=exp(plan.needs[CERTIFY]),
        halt_needs=exp(plan.needs[HALT]),
        decided_at=state.decided[HALT] or state.decided[CERTIFY],
        comparisons_left=left,
        hours_left=_hours(left, evidence.moments.rows, trial.first_at, trial.last_at),
        history=list(state.history),
    )


def _outcome(state: MetricState) -> Outcome:
    """Halted goes first: with a halt margin below the other, both can be true."""
    certified, halted = state.evidence.decided
    if halted is not None:
        return "halted"
    return "open" if certified is None else "certified"


def _evidence(state: MetricState, plan: Plan, side: int) -> float:
    """The largest e-value so far."""
    return exp(min(float(state.evidence.peak[side, plan.places[side]]), LARGEST_LOG))


def _hours(left: int | None, done: int, first: datetime | None, last: datetime | None) -> float | None:
    """At the pace so far."""
    if left is None or first is None or last is None or last <= first:
        return None
    return left / done * (last - first).total_seconds() / 3600
