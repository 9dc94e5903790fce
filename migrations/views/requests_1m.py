"""Traffic by the minute."""

from migrations.views.view import Column, View, segment_columns


def _sum(name: str, comment: str) -> Column:
    return Column(name, f"sum(rollup.{name})::bigint", comment)


def _percentile(name: str, comment: str) -> Column:
    return Column(name, f"max(rollup.{name})", f"{comment}, estimated from a sketch; NULL: unknown")


REQUESTS_1M = View(
    name="requests_1m",
    comment="Traffic of each segment by the minute: counts, tokens, cost and percentiles. Late requests are added to "
    "their minute whenever they come.",
    columns=(
        Column("minute", "rollup.minute", "timestamp, UTC: start of the minute in which the requests started"),
        *segment_columns(),
        _sum("requests", "count: requests"),
        _sum("errors", "count: requests that failed"),
        _sum("truncations", "count: answers cut off at the token limit"),
        _sum("refusals", "count: answers that refused; NULL: unknown"),
        _sum("fallbacks", "count: requests served by a fallback; NULL: unknown"),
        _sum("cache_hits", "count: requests answered from a response cache; NULL: unknown"),
        _sum("streamed", "count: streamed requests; NULL: unknown"),
        _sum("input_tokens", "tokens in; NULL: unknown"),
        _sum("output_tokens", "tokens out; NULL: unknown"),
        _sum("cached_input_tokens", "tokens in that the provider's prompt cache served; NULL: unknown"),
        _sum("cache_write_tokens", "tokens written to the provider's prompt cache; NULL: unknown"),
        _sum("reasoning_tokens", "tokens of reasoning; NULL: unknown"),
        Column("cost_usd", "sum(rollup.cost_usd)", "USD over the requests whose cost is known; NULL: none is, never 0"),
        _sum("cost_known", "count: requests whose cost is known"),
        Column("price_version", "max(rollup.price_version)", "text: price table behind cost_usd; NULL: as billed"),
        _sum("prompts_known", "count: requests whose prompt hash is known"),
        _percentile("distinct_prompts", "count: different prompts among those"),
        _percentile("duration_p50_s", "s: median duration"),
        _percentile("duration_p95_s", "s: 95th percentile of the duration"),
        _percentile("duration_p99_s", "s: 99th percentile of the duration"),
        _percentile("time_to_first_token_p50_s", "s: median time to first token"),
        _percentile("time_to_first_token_p95_s", "s: 95th percentile of the time to first token"),
        _percentile("time_to_first_token_p99_s", "s: 99th percentile of the time to first token"),
        Column(
            "list_cost_usd",
            "sum(rollup.list_cost_usd)",
            "USD by the price table over the requests that it knows, billed ones too; NULL: none is, never 0",
        ),
        _sum("list_cost_known", "count: requests whose list price is known"),
        _sum("cost_doubtful", "count: answered requests of unknown cost whose token counts are in doubt"),
    ),
    source="""FROM coagent.rollups_1m AS rollup
JOIN coagent.segments AS segment ON segment.id = rollup.segment_id
GROUP BY rollup.minute, segment.id""",
)
