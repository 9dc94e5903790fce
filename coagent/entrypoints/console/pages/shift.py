"""One shift: evidence, before and after, who carries it, cause, timeline, money, probes, who decided what."""

from coagent.domain.vocabulary import CAUSE_TITLE, DIRECTION, EFFECT, HOLD, SIGNAL
from coagent.entrypoints.console.page import Chart, Column, Page, Table

ABOUT = "WHERE id = %(id)s"
NAMES = {name: words.name for name, words in SIGNAL.items()}

SHIFT = Table(
    "shift",
    "The shift",
    "insights.shifts",
    f"""SELECT id, status, page, headline, text, direction, provider, request_model, endpoint, task, tenant,
    cause_family, cause_kind, cause_confidence, cause_reasons, onset_at, alarm_at, reported_at, paged_at,
    held_because, ended_at, accepted_at, accepted_by, accepted_reason, muted_until, last_seen_at,
    requests_so_far, cost_usd_so_far,
    (cost ->> 'usd_per_day')::float AS usd_per_day, (cost ->> 'low')::float AS usd_per_day_low,
    (cost ->> 'high')::float AS usd_per_day_high, (cost ->> 'priced_share')::float AS priced_share
FROM shifts {ABOUT} ORDER BY id""",  # noqa: S608  constants
    (
        Column("status", "Status"),
        Column("direction", "For users", words=DIRECTION),
        Column("provider", "Provider"),
        Column("request_model", "Model"),
        Column("endpoint", "Endpoint"),
        Column("task", "Task"),
        Column("tenant", "Tenant"),
        Column("cause_kind", "Cause", words=CAUSE_TITLE),
        Column("cause_confidence", "Sure", "share"),
        Column("cause_reasons", "Because", "list"),
        Column("onset_at", "Began", "time"),
        Column("alarm_at", "Evidence sufficed", "time"),
        Column("reported_at", "Reported", "time"),
        Column("paged_at", "Paged", "time"),
        Column("held_because", "Not paged because", "list", words=HOLD),
        Column("ended_at", "Ended", "time"),
        Column("accepted_by", "Accepted by"),
        Column("accepted_reason", "Reason of that"),
        Column("muted_until", "Muted until", "time"),
        Column("last_seen_at", "Last seen", "time"),
        Column("requests_so_far", "Requests since", "count"),
        Column("cost_usd_so_far", "Spent since", "money"),
        Column("usd_per_day", "Costs more a day", "money"),
        Column("usd_per_day_low", "at least", "money"),
        Column("usd_per_day_high", "at most", "money"),
        Column("priced_share", "Share with a price", "share"),
        Column("id", "Id"),
    ),
    "There is no such shift: the page Shifts lists them.",
)
SIGNALS = Table(
    "signals",
    "Before and after",
    "insights.shifts.signals",
    f"""SELECT one ->> 'name' AS signal, (one ->> 'moved')::boolean AS moved, one ->> 'direction' AS direction,
    one ->> 'unit' AS unit, (one #>> '{{before,median}}')::float AS before,
    (one #>> '{{after,median}}')::float AS after, one #>> '{{effect,name}}' AS effect,
    (one #>> '{{effect,value}}')::float AS size,
    (one #>> '{{effect,low}}')::float AS low, (one #>> '{{effect,high}}')::float AS high,
    (one #>> '{{before,n}}')::bigint AS requests_before, (one #>> '{{after,n}}')::bigint AS requests_after
FROM shifts, jsonb_array_elements(signals) WITH ORDINALITY AS listed (one, place) {ABOUT}
ORDER BY (one ->> 'moved')::boolean DESC NULLS LAST, place""",  # noqa: S608  constants
    (
        Column("signal", "Signal", words=NAMES),
        Column("moved", "Changed", "flag"),
        Column("direction", "For users", words=DIRECTION),
        Column("before", "Before, median", "figure", unit="unit"),
        Column("after", "After, median", "figure", unit="unit"),
        Column("effect", "Effect", words=EFFECT),
        Column("size", "Size", "number"),
        Column("low", "at least", "number"),
        Column("high", "at most", "number"),
        Column("requests_before", "Requests before", "count"),
        Column("requests_after", "after", "count"),
        Column("unit", "Unit"),
    ),
    "No signal was measured for this shift, which an older version found: `coagent explain` has what is known.",
)
PARTS = Table(
    "parts",
    "Who carries it",
    "insights.shifts.parts",
    f"""SELECT one ->> 'dimension' AS dimension, one ->> 'name' AS name, (one ->> 'carries')::boolean AS carries,
    (one ->> 'requests')::bigint AS requests, (one #>> '{{effect,value}}')::float AS size,
    (one #>> '{{effect,low}}')::float AS low, (one #>> '{{effect,high}}')::float AS high
FROM shifts, jsonb_array_elements(parts) AS one {ABOUT}
ORDER BY (one ->> 'carries')::boolean DESC NULLS LAST, (one ->> 'requests')::bigint DESC, dimension, name""",  # noqa: S608
    (
        Column("dimension", "By"),
        Column("name", "Name"),
        Column("carries", "Changed", "flag"),
        Column("requests", "Requests since", "count"),
        Column("size", "Cliff's delta", "number"),
        Column("low", "at least", "number"),
        Column("high", "at most", "number"),
    ),
    "No part is known: all requests of the stream have one task and one tenant, or none that says so.",
)
EVIDENCE = Table(
    "evidence",
    "Evidence",
    "insights.shifts.evidence",
    f"""SELECT (at #>> '{{}}')::timestamptz AS time, (value #>> '{{}}')::float AS log10_evidence,
    (evidence ->> 'log10_threshold')::float AS log10_needed
FROM shifts, ROWS FROM (jsonb_array_elements(evidence -> 'times'), jsonb_array_elements(evidence -> 'log10_evidence'))
    WITH ORDINALITY AS traced (at, value, place) {ABOUT} ORDER BY place""",  # noqa: S608  constants
    (
        Column("time", "Time", "time"),
        Column("log10_evidence", "Evidence, log10", "number"),
        Column("log10_needed", "Needed, log10", "number"),
    ),
    "No course of the evidence was kept for this shift: it came by another way than one stream's detectors.",
    rows=200,
)
TIMELINE = Table(
    "timeline",
    "The stream hour by hour",
    "insights.streams_1h",
    """SELECT hour, requests, duration_p50_s, duration_p95_s,
    output_tokens::float8 / nullif(requests - errors, 0) AS output_tokens_a_request,
    errors::float8 / nullif(outcomes_known, 0) AS error_rate, cost_usd / nullif(requests_priced, 0) AS usd_a_request
FROM streams_1h WHERE stream_id = %(stream_id)s AND hour BETWEEN %(first_hour)s AND %(last_hour)s ORDER BY hour""",
    (
        Column("hour", "Hour", "time"),
        Column("requests", "Requests", "count"),
        Column("duration_p50_s", "Duration p50", "duration"),
        Column("duration_p95_s", "Duration p95", "duration"),
        Column("output_tokens_a_request", "Output tokens a request", "number"),
        Column("error_rate", "Errors", "share"),
        Column("usd_a_request", "A request", "money"),
    ),
    "No hour of that time is kept: hours appear about a minute after the first requests and stay 400 days.",
    kept_s=30.0,
    bounds=f"""SELECT stream_id, onset_at - interval '2 days' AS first_hour, onset_at + interval '2 days' AS last_hour
FROM shifts {ABOUT}""",  # noqa: S608  constants
)
PROBES = Table(
    "probes",
    "What probes found",
    "insights.probes",
    """SELECT probe, at, method, result, passive, because, asked, cost_usd FROM probes WHERE shift_id = %(id)s
ORDER BY at DESC, id""",
    (
        Column("at", "At", "time"),
        Column("probe", "Probe"),
        Column("method", "Method"),
        Column("result", "Result"),
        Column("passive", "Telemetry says"),
        Column("because", "Because", "list"),
        Column("asked", "Asked", "count"),
        Column("cost_usd", "Cost", "money"),
    ),
    "No probe asked the model because of this shift: docs/prove.md says how to set one up.",
)
DECISIONS = Table(
    "decisions",
    "Who decided what",
    "insights.commands",
    """SELECT kind, by, at, reason, obeyed_at, refused, muted_until FROM commands WHERE shift_id = %(id)s
ORDER BY at DESC, id""",
    (
        Column("at", "At", "time"),
        Column("kind", "Decision"),
        Column("by", "By"),
        Column("reason", "Why"),
        Column("obeyed_at", "In effect since", "time"),
        Column("refused", "Refused because"),
        Column("muted_until", "Muted until", "time"),
    ),
    "Nobody has decided anything about it. Accept it above where the new behaviour is to be the normal one.",
)
PAGE = Page(
    "shifts/{id}",
    "Shift",
    "Health",
    "",
    (SHIFT, SIGNALS, PARTS, EVIDENCE, TIMELINE, PROBES, DECISIONS),
    charts=(
        Chart("time", "evidence", "Evidence against no change", ("time",), ("log10_evidence", "log10_needed")),
        Chart("time", "timeline", "Duration, hour by hour", ("hour",), ("duration_p50_s", "duration_p95_s")),
        Chart("time", "timeline", "Output tokens a request, hour by hour", ("hour",), ("output_tokens_a_request",)),
    ),
    news=("shifts",),
    template="shift.html",
    parts={"id": r"[0-9A-Za-z_.:-]{1,128}"},
)
