"""What of the telemetry was accepted, skipped, rejected, and what has no price."""

from coagent.entrypoints.console.page import Column, Page, Table

INTAKE = Table(
    "intake",
    "By source",
    "insights.intake",
    """SELECT topic, sum(count) FILTER (WHERE kind = 'read')::bigint AS read,
    sum(count) FILTER (WHERE kind = 'accepted')::bigint AS accepted,
    sum(count) FILTER (WHERE kind = 'skipped')::bigint AS skipped,
    sum(count) FILTER (WHERE kind = 'rejected')::bigint AS rejected, max(last_at) AS last_at
FROM intake GROUP BY topic ORDER BY topic""",
    (
        Column("topic", "Topic"),
        Column("read", "Messages read", "count"),
        Column("accepted", "Records accepted", "count"),
        Column("skipped", "skipped", "count"),
        Column("rejected", "rejected", "count"),
        Column("last_at", "Last", "time"),
    ),
    "Nothing was read yet: `coagent up` shows a line to send, docs/sources.md how each producer is connected.",
)
REJECTED = Table(
    "rejected",
    "Rejected",
    "insights.rejections",
    """SELECT topic, reason, rejected, example, first_place, last_place, last_recorded_at FROM rejections
ORDER BY last_recorded_at DESC, topic, reason""",
    (
        Column("topic", "Topic"),
        Column("reason", "Why"),
        Column("rejected", "Records", "count"),
        Column("example", "Example"),
        Column("last_place", "Last at"),
        Column("last_recorded_at", "Recorded", "time"),
    ),
    "Nothing was rejected: each record was understood, or left out on purpose.",
)
SKIPPED = Table(
    "skipped",
    "Skipped on purpose",
    "insights.intake",
    """SELECT topic, reason, sum(count)::bigint AS count, max(example) AS example, max(last_at) AS last_at FROM intake
WHERE kind = 'skipped' GROUP BY topic, reason ORDER BY count DESC, topic, reason""",
    (
        Column("topic", "Topic"),
        Column("reason", "Why"),
        Column("count", "Records", "count"),
        Column("example", "Example"),
        Column("last_at", "Last", "time"),
    ),
    "Nothing was skipped: what is no LLM request, such as other spans of a trace, would stand here.",
)
UNPRICED = Table(
    "unpriced",
    "Without a price",
    "insights.unpriced_models",
    """SELECT provider, request_model, requests, input_tokens, output_tokens, first_minute, last_minute
FROM unpriced_models ORDER BY requests DESC, provider, request_model""",
    (
        Column("provider", "Provider"),
        Column("request_model", "Model"),
        Column("requests", "Requests", "count"),
        Column("input_tokens", "Input tokens", "count"),
        Column("output_tokens", "Output tokens", "count"),
        Column("first_minute", "First", "time"),
        Column("last_minute", "Last", "time"),
    ),
    "Each model has a price. COAGENT_INGEST__PRICES_FILE names the prices of others.",
    kept_s=30.0,
)
PAGE = Page(
    "inputs",
    "Inputs",
    "Plumbing",
    "What became of the telemetry: accepted, skipped, rejected and why, and which models have no price.",
    (INTAKE, REJECTED, SKIPPED, UNPRICED),
    news=("inputs",),
)
