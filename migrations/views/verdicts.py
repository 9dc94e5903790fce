"""Changes of one's own on trial, metric by metric."""

from migrations.views.view import Column, View

TRIAL = "verdict.verdict -> 'trial'"


def _number(column: str, comment: str) -> Column:
    return Column(column, f"(metric ->> '{column}')::double precision", comment)


def _count(column: str, comment: str) -> Column:
    return Column(column, f"(metric ->> '{column}')::bigint", comment)


def _match(column: str, name: str, what: str) -> Column:
    return Column(column, f"{TRIAL} -> 'match' ->> '{name}'", f"text: {what}, may hold *; NULL: any")


VERDICTS = View(
    name="verdicts",
    comment="One row for each metric of each trial of a change of one's own (`coagent verdict`): what was found, with an "
    "interval that holds whenever one looks. A trial is certified where all of its metrics are.",
    columns=(
        Column("verdict_id", "verdict.id", "text: 16 hex digits that name the trial"),
        Column("name", "verdict.name", "text: as people called it"),
        Column("status", "verdict.status", "text: running, certified, halted, undecided or stopped; of the trial"),
        Column("mode", f"{TRIAL} ->> 'mode'", "text: split (two arms of the traffic) or shadow (requests in pairs)"),
        Column("pair_by", f"{TRIAL} ->> 'pair_by'", "text: what both requests of a pair share; NULL: split"),
        Column("arm_field", f"{TRIAL} -> 'arms' ->> 'field'", "text: what distinguishes the arms, such as app_version"),
        Column("control", f"{TRIAL} -> 'arms' ->> 'control'", "text: its value in the control"),
        Column("candidate", f"{TRIAL} -> 'arms' ->> 'candidate'", "text: its value in the candidate"),
        _match("provider", "provider", "who serves the model"),
        _match("request_model", "model", "model as requested"),
        _match("endpoint", "endpoint", "server address"),
        _match("task", "task", "what the requests are for"),
        _match("tenant", "tenant", "whose requests"),
        Column("opportunity_id", "verdict.opportunity_id", "text: whose trial it is; NULL: started by a person"),
        Column(
            "alpha",
            f"({TRIAL} ->> 'alpha')::double precision",
            "share, 0 to 1: a false certificate has at most this probability, a false halt too",
        ),
        Column(
            "control_requests", "(verdict.verdict ->> 'control_requests')::bigint", "count: requests of the control"
        ),
        Column(
            "candidate_requests",
            "(verdict.verdict ->> 'candidate_requests')::bigint",
            "count: requests of the candidate",
        ),
        Column(
            "unpaired_requests",
            "(verdict.verdict ->> 'unpaired_requests')::bigint",
            "count: requests of a shadow test whose other half has not come",
        ),
        Column("metric", "metric ->> 'metric'", "text: success, quality, cost or latency"),
        Column("outcome", "metric ->> 'outcome'", "text: open, certified or halted; of the metric"),
        _number(
            "margin", "ratio: how much worse it may be: difference of rates or scores, relative for cost and latency"
        ),
        _number("halt", "ratio: what is proven worse than this is halted; in the unit of margin"),
        _count("comparisons", "count: comparisons of like requests"),
        _count("control_known", "count: requests of the control of which the metric is known"),
        _count("candidate_known", "count: requests of the candidate of which the metric is known"),
        _number(
            "effect",
            "ratio: candidate less control, a difference of rates or scores, relative for cost and latency; NULL: unknown",
        ),
        _number("low", "ratio: lower bound of the effect that holds at all times; NULL: none is known yet"),
        _number("high", "ratio: upper bound of the effect that holds at all times; NULL: none is known yet"),
        _number("certify_evidence", "ratio: an e-value, certified where it reaches certify_needs"),
        _number("certify_needs", "ratio: an e-value, 1 / alpha"),
        _number("halt_evidence", "ratio: an e-value, halted where it reaches halt_needs"),
        _number("halt_needs", "ratio: an e-value, metrics / alpha"),
        _count("comparisons_left", "count: comparisons until it is certified, at the pace so far; NULL: not foreseen"),
        Column(
            "left_s",
            "3600 * (metric ->> 'hours_left')::double precision",
            "s: the same in time; NULL: not foreseen",
        ),
        Column(
            "decided_at",
            "(metric ->> 'decided_at')::timestamptz",
            "timestamp, UTC: of the row that decided; NULL: open",
        ),
        Column("history", "metric -> 'history'", "JSON array: effect and bounds after so many comparisons"),
        Column("started_at", "verdict.started_at", "timestamp, UTC: when it was started"),
        Column("started_by", f"{TRIAL} ->> 'started_by'", "text: who started it"),
        Column("ends_at", f"({TRIAL} ->> 'ends_at')::timestamptz", "timestamp, UTC: it is undecided then"),
        Column(
            "last_at",
            "(verdict.verdict ->> 'last_at')::timestamptz",
            "timestamp, UTC: of its newest request; NULL: none",
        ),
        Column("ended_at", "verdict.ended_at", "timestamp, UTC: when it ended; NULL: it runs"),
        Column("ended_by", "verdict.verdict ->> 'ended_by'", "text: who stopped it; NULL: it runs or ended by itself"),
        Column("reason", "verdict.verdict ->> 'reason'", "text: why it ended; empty: it runs"),
        Column(
            "routing",
            "nullif(verdict.verdict -> 'routing', 'null')",
            "JSON: shares of a router's choices that were right, over- and under-routed, by confidence, and its latency "
            "in s; NULL: no request says how sure a router was",
        ),
    ),
    source="""FROM coagent.verdicts AS verdict
CROSS JOIN LATERAL jsonb_array_elements(verdict.verdict -> 'metrics') AS metric""",
)
