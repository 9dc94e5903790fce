"""Models whose price is not known, or not for every request: their cost stands nowhere, never as 0."""

from migrations.views.view import Column, View

UNPRICED_MODELS = View(
    name="unpriced_models",
    comment="Models with answered requests whose cost is not known, one row a model, over minutes of the last 30 days "
    "of data with token counts: their cost is NULL, or in no sum. COAGENT_INGEST__PRICES_FILE gives them a price. "
    "Requests whose token counts are in doubt are not among them: no price would help. "
    "(other) stands for models beyond COAGENT_INGEST__MAX_SEGMENTS.",
    columns=(
        Column("provider", "segment.provider", "text: who serves the model"),
        Column("request_model", "segment.request_model", "text: model as requested, often an alias"),
        Column(
            "requests",
            "sum(rollup.requests - rollup.errors - rollup.cost_known - rollup.cost_doubtful)::bigint",
            "count: answered, cost unknown; at least so many, since a failed request may have a known cost",
        ),
        Column("input_tokens", "sum(rollup.input_tokens)::bigint", "tokens in of those minutes; NULL: unknown"),
        Column("output_tokens", "sum(rollup.output_tokens)::bigint", "tokens out of those minutes; NULL: unknown"),
        Column("first_minute", "min(rollup.minute)", "timestamp, UTC: first minute with a request of unknown cost"),
        Column("last_minute", "max(rollup.minute)", "timestamp, UTC: last minute with a request of unknown cost"),
    ),
    source="""FROM coagent.rollups_1m AS rollup
JOIN coagent.segments AS segment ON segment.id = rollup.segment_id
WHERE rollup.requests - rollup.errors > rollup.cost_known + rollup.cost_doubtful
  AND coalesce(rollup.input_tokens, rollup.output_tokens) IS NOT NULL
  AND rollup.minute > (SELECT max(minute) - interval '30 days' FROM coagent.rollups_1m)
GROUP BY segment.provider, segment.request_model""",
)
