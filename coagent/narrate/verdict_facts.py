"""What may be said about a trial that has ended."""

from datetime import datetime, timedelta

from coagent.domain.insight import Fact
from coagent.domain.number_format import count, duration, moment, percent
from coagent.domain.verdict import MetricFigures, TrialStatus, Verdict
from coagent.domain.verdict_words import ARM_NAME, METRIC_NAME, STATUS_NAME, change, interval, worst
from coagent.narrate.telemetry_text import name

STEPS: dict[TrialStatus, str] = {
    "certified": "Go on with the candidate: widen its share, or make it the only arm.",
    "halted": "Take the candidate out of the traffic.",
    "undecided": "Decide whether a wider margin or more traffic is worth another trial.",
    "stopped": "No action needed.",
    "running": "No action needed.",
}
MATCHED = ("provider", "model", "endpoint", "task", "tenant")


def verdict_facts(verdict: Verdict) -> list[Fact]:
    """Which arms, how it ended, each metric with its interval, and what to do."""
    trial, given = verdict.trial, verdict.trial.match.given
    return [
        *(Fact(part, name(given[part]), role="name") for part in MATCHED if part in given),
        Fact("trial", name(trial.name), role="name"),
        Fact("field", ARM_NAME.get(trial.arms.field, trial.arms.field), role="name"),
        Fact("control", name(trial.arms.control), role="name"),
        Fact("candidate", name(trial.arms.candidate), role="name"),
        Fact("status", STATUS_NAME[verdict.status], role="judgement"),
        Fact("reason", name(verdict.reason), role="reason"),
        Fact("ended by", name(verdict.ended_by or ""), role="name"),
        Fact("control requests", count(verdict.control_requests), role="count"),
        Fact("candidate requests", count(verdict.candidate_requests), role="count"),
        Fact("chance", percent(trial.alpha), role="share"),
        *_times(verdict),
        *(fact for one in verdict.metrics for fact in _metric(one)),
        Fact("next step 1", STEPS[verdict.status], role="step"),
        Fact("details", f"coagent verdict show {verdict.id}", role="command"),
    ]


def _times(verdict: Verdict) -> list[Fact]:
    known: dict[str, datetime | None] = {"started": verdict.trial.started_at, "ended": verdict.ended_at}
    lasted = None if verdict.ended_at is None else verdict.ended_at - verdict.trial.since
    times = [Fact(what, moment(at), "UTC", "time") for what, at in known.items() if at is not None]
    return [*times, *([Fact("lasted", duration(lasted), role="time")] if lasted and lasted > timedelta(0) else [])]


def _metric(one: MetricFigures) -> list[Fact]:
    what = one.metric
    return [
        Fact(f"{what} name", METRIC_NAME[what], role="name"),
        Fact(f"{what} effect", "" if one.effect is None else change(what, one.effect), role="effect"),
        Fact(f"{what} interval", interval(one) if one.comparisons else "", role="effect"),
        Fact(f"{what} margin", worst(what, one.margin if one.outcome != "halted" else one.halt), role="bound"),
        Fact(f"{what} comparisons", count(one.comparisons), role="count"),
        Fact(f"{what} outcome", one.outcome, role="judgement"),
    ]
