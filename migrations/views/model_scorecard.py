"""Models side by side."""

from migrations.views.view import Column, View

COST = "sum(rollup.cost_usd)"
CACHED_SHARE = (
    "sum(rollup.cached_input_tokens) FILTER (WHERE rollup.input_tokens IS NOT NULL)"
    " / nullif(sum(rollup.input_tokens) FILTER (WHERE rollup.cached_input_tokens IS NOT NULL), 0)"
)


def _rate(name: str, event: str, comment: str) -> Column:
    told = f"FILTER (WHERE rollup.{event} IS NOT NULL)"
    expression = f"(sum(rollup.{event}) / nullif(sum(rollup.requests) {told}, 0))::double precision"
    return Column(name, expression, f"share, 0 to 1: {comment}; over minutes that told it; NULL: unknown")


def _typical(name: str, comment: str) -> Column:
    middle = f"percentile_cont(0.5) WITHIN GROUP (ORDER BY rollup.{name})"
    return Column(f"typical_minute_{name}", middle, f"s: median over the minutes of each minute's {comment}")


MODEL_SCORECARD = View(
    name="model_scorecard",
    comment="Models side by side, one row a provider, model and task, over the last 30 days of data.",
    columns=(
        Column("provider", "segment.provider", "text: who serves the model"),
        Column("request_model", "segment.request_model", "text: model as requested, often an alias"),
        Column("task", "segment.task", "text: what the requests are for; NULL: unknown"),
        Column("first_minute", "min(rollup.minute)", "timestamp, UTC: first minute with requests"),
        Column("last_minute", "max(rollup.minute)", "timestamp, UTC: last minute with requests"),
        Column("requests", "sum(rollup.requests)::bigint", "count: requests"),
        Column(
            "success_rate",
            "(1 - sum(rollup.errors) / sum(rollup.requests))::double precision",
            "share, 0 to 1: requests that did not fail",
        ),
        Column("cost_usd", COST, "USD over the requests whose cost is known; NULL: none is, never 0"),
        Column("cost_known", "sum(rollup.cost_known)::bigint", "count: requests whose cost is known"),
        Column(
            "cost_usd_per_1k_requests",
            f"1000 * {COST} / nullif(sum(rollup.cost_known), 0)",
            "USD for 1,000 requests, from those whose cost is known; NULL: none is",
        ),
        Column("input_tokens", "sum(rollup.input_tokens)::bigint", "tokens in; NULL: unknown"),
        Column("output_tokens", "sum(rollup.output_tokens)::bigint", "tokens out; NULL: unknown"),
        Column(
            "cached_input_share",
            f"({CACHED_SHARE})::double precision",
            "share, 0 to 1: tokens in that the provider's prompt cache served; NULL: unknown",
        ),
        _rate("truncation_rate", "truncations", "answers cut off at the token limit"),
        _rate("refusal_rate", "refusals", "answers that refused"),
        _rate("fallback_rate", "fallbacks", "requests served by a fallback"),
        _typical("duration_p50_s", "median duration; NULL: unknown"),
        _typical("duration_p95_s", "95th percentile of the duration; NULL: unknown"),
    ),
    source="""FROM coagent.rollups_1m AS rollup
JOIN coagent.segments AS segment ON segment.id = rollup.segment_id
WHERE rollup.minute > (SELECT max(minute) - interval '30 days' FROM coagent.rollups_1m)
GROUP BY segment.provider, segment.request_model, segment.task""",
)
