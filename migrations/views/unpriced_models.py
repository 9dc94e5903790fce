"""Models whose price is not known: what they cost stands nowhere, never as 0."""

from migrations.views.view import Column, View

UNPRICED_MODELS = View(
    name="unpriced_models",
    comment="Models with token counts but without any known price, one row a model, over minutes of the last 30 days "
    "of data in which no cost was known: their cost is NULL everywhere. COAGENT_INGEST__PRICES_FILE gives them one.",
    columns=(
        Column("provider", "segment.provider", "text: who serves the model"),
        Column("request_model", "segment.request_model", "text: model as requested, often an alias"),
        Column("requests", "sum(rollup.requests)::bigint", "count: requests without a known cost"),
        Column("input_tokens", "sum(rollup.input_tokens)::bigint", "tokens in; NULL: unknown"),
        Column("output_tokens", "sum(rollup.output_tokens)::bigint", "tokens out; NULL: unknown"),
        Column("first_minute", "min(rollup.minute)", "timestamp, UTC: first minute without a known cost"),
        Column("last_minute", "max(rollup.minute)", "timestamp, UTC: last minute without a known cost"),
    ),
    source="""FROM coagent.rollups_1m AS rollup
JOIN coagent.segments AS segment ON segment.id = rollup.segment_id
WHERE rollup.cost_known = 0
  AND coalesce(rollup.input_tokens, rollup.output_tokens) IS NOT NULL
  AND segment.request_model <> '(other)'
  AND rollup.minute > (SELECT max(minute) - interval '30 days' FROM coagent.rollups_1m)
GROUP BY segment.provider, segment.request_model""",
)
