"""Trials of changes of one's own."""

from coagent.entrypoints.console.page import Column, Page, Table

VERDICTS = Table(
    "verdicts",
    "Trials",
    "insights.verdicts",
    """SELECT name, status, mode, metric, outcome, control, candidate, effect, low, high, margin, comparisons,
    comparisons_left, left_s, control_requests, candidate_requests, started_at, started_by, ended_at, reason
FROM verdicts ORDER BY started_at DESC, name, metric""",
    (
        Column("name", "Trial"),
        Column("status", "Status"),
        Column("metric", "Metric"),
        Column("outcome", "Outcome"),
        Column("effect", "Effect", "number"),
        Column("low", "at least", "number"),
        Column("high", "at most", "number"),
        Column("margin", "Margin", "number"),
        Column("control", "Control"),
        Column("candidate", "Candidate"),
        Column("mode", "Mode"),
        Column("comparisons", "Comparisons", "count"),
        Column("comparisons_left", "Still needed", "count"),
        Column("left_s", "Time left", "duration"),
        Column("control_requests", "Control requests", "count"),
        Column("candidate_requests", "Candidate requests", "count"),
        Column("started_by", "Started by"),
        Column("started_at", "Started", "time"),
        Column("ended_at", "Ended", "time"),
        Column("reason", "Why"),
    ),
    "No trial runs: `coagent verdict` starts one, docs/prove.md shows how.",
)
PROBES = Table(
    "probes",
    "Probes",
    "insights.probes",
    """SELECT probe, at, provider, request_model, method, result, passive, because, asked, failed, cost_usd, shift_id
FROM probes ORDER BY at DESC, id""",
    (
        Column("at", "At", "time"),
        Column("probe", "Probe"),
        Column("provider", "Provider"),
        Column("request_model", "Model"),
        Column("method", "Method"),
        Column("result", "Result"),
        Column("passive", "Telemetry says"),
        Column("because", "Because", "list"),
        Column("asked", "Asked", "count"),
        Column("failed", "Failed", "count"),
        Column("cost_usd", "Cost", "money"),
        Column("shift_id", "Shift", link="/shifts/{shift_id}"),
    ),
    "No probe has asked a model: `coagent probe` sets one up, docs/prove.md shows how.",
    rows=30,
)
PAGE = Page(
    "verdicts",
    "Verdicts",
    "Trust",
    "May we switch? Trials of your own changes, and what probes of models found.",
    (VERDICTS, PROBES),
    news=("verdicts",),
)
