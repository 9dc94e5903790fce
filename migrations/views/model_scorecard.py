"""Models side by side."""

from migrations.views.traffic import SUCCESS_RATE, UNPRICED, complete_until, counted, latency, service_tier
from migrations.views.view import Column, View

COST = "sum(rollup.cost_usd)"
CACHED_SHARE = "sum(rollup.cached_input_tokens) / nullif(sum(rollup.cacheable_input_tokens), 0)"


def _rate(name: str, event: str, known: str, comment: str) -> Column:
    expression = f"(sum(rollup.{event}) / nullif(sum(rollup.{known}), 0))::double precision"
    return Column(name, expression, f"share, 0 to 1: {comment}, of those of which it is known; NULL: of none")


def _reviewed(name: str, column: str, comment: str) -> Column:
    """Of the same model and task."""
    expression = f"""(
        SELECT quality.{column} FROM coagent.quality AS quality
        WHERE quality.is_by_task AND quality.provider = rollup.provider AND
        quality.request_model = rollup.request_model AND quality.task IS NOT DISTINCT FROM rollup.task
    )"""  # noqa: S608  our own columns
    return Column(name, expression, f"{comment}; NULL: none was drawn yet")


MODEL_SCORECARD = View(
    name="model_scorecard",
    comment="Models side by side, one row a provider, model, task and service tier, over the last 30 days of data. For "
    "another window or by tenant and day: requests_1d with the same expressions.",
    columns=(
        Column("provider", "rollup.provider", "text: who serves the model"),
        Column("request_model", "rollup.request_model", "text: model as requested, often an alias"),
        Column("task", "rollup.task", "text: what the requests are for; NULL: unknown"),
        Column("first_day", 'min(rollup."start")', "timestamp, UTC: first day with requests"),
        Column("last_day", 'max(rollup."start")', "timestamp, UTC: last day with requests"),
        counted("requests", "count: requests"),
        Column("success_rate", SUCCESS_RATE.format("rollup"), "share, 0 to 1: of requests whose outcome is known"),
        Column("cost_usd", COST, "USD over requests_priced; NULL: none has a price, never 0"),
        counted("requests_priced", "count: requests whose cost is known", "cost_known"),
        Column("requests_unpriced", UNPRICED.format("rollup"), "count: requests that did not fail, without known cost"),
        Column(
            "cost_usd_per_1k_requests",
            f"1000 * {COST} / nullif(sum(rollup.cost_known), 0)",
            "USD for 1,000 requests, from those whose cost is known; NULL: none is",
        ),
        counted("input_tokens", "tokens in; NULL: unknown"),
        counted("output_tokens", "tokens out; NULL: unknown"),
        Column(
            "cached_input_share",
            f"({CACHED_SHARE})::double precision",
            "share, 0 to 1: tokens in that the provider's prompt cache served; NULL: unknown",
        ),
        _rate("truncation_rate", "truncations", "finishes_known", "answers truncated at a token limit"),
        _rate("refusal_rate", "refusals", "refusals_known", "answers that refused"),
        _rate("fallback_rate", "fallbacks", "fallbacks_known", "requests served by a fallback"),
        _rate("retry_rate", "retries", "retries_known", "requests that were no first attempt"),
        *latency("duration", "duration"),
        *latency("time_to_first_token", "time to first token"),
        complete_until(),
        _reviewed("reviewed_requests", "labelled", "count: requests of 30 days with a label of the review queue"),
        _reviewed("reviewed_success_rate", "success_rate", "share, 0 to 1: success rate by people's labels"),
        _reviewed("reviewed_success_low", "low", "share, 0 to 1: lower end of its 95 % interval"),
        _reviewed("reviewed_success_high", "high", "share, 0 to 1: upper end of its 95 % interval"),
        service_tier(),
    ),
    source="""FROM coagent.models_1d AS rollup
WHERE rollup."start" > (SELECT max("start") - interval '30 days' FROM coagent.models_1d)
GROUP BY rollup.provider, rollup.request_model, rollup.task, rollup.service_tier""",
    version=3,
)
