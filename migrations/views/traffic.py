"""Traffic by the minute, hour and day: the same columns in each."""

from migrations.views.view import Column, View, segment_columns

SUCCESS_RATE = "(1 - sum({0}.errors) / nullif(sum({0}.outcomes_known), 0))::double precision"
"""Over requests of which anything says whether they succeeded."""
RANKS = (("p50", 0.5, "median"), ("p95", 0.95, "95th percentile"), ("p99", 0.99, "99th percentile"))
UNPRICED = "greatest(sum({0}.requests - {0}.errors - {0}.cost_known), 0)::bigint"
COMPLETE_UNTIL = "(SELECT known.minute FROM coagent.complete_until AS known)"


def counted(name: str, comment: str, column: str | None = None) -> Column:
    return Column(name, f"sum(rollup.{column or name})::bigint", comment)


def latency(column: str, what: str) -> tuple[Column, ...]:
    """Three percentiles of a histogram column of `rollup`."""
    total = f"insights.histogram_sum(rollup.{column})"
    return tuple(
        Column(
            f"{column}_{name}_s",
            f"insights.percentile({total}, {share})",
            f"s: {words} of the {what}, within 2 %; NULL: unknown",
        )
        for name, share, words in RANKS
    )


def complete_until() -> Column:
    return Column(
        "complete_until",
        COMPLETE_UNTIL,
        "timestamp, UTC: the end of the newest minute that is summed here; what starts later is missing",
    )


def service_tier() -> Column:
    return Column(
        "service_tier",
        "rollup.service_tier",
        "text: standard, priority, fast, flex, batch, prepaid or (other); NULL: unknown. Requests that say none, as most "
        "failed ones, count at the tier of the account's others where these have one alone",
    )


COUNTS = (
    counted("requests", "count: requests"),
    counted("outcomes_known", "count: requests of which anything says whether they succeeded"),
    counted("errors", "count: requests that failed"),
    Column("success_rate", SUCCESS_RATE.format("rollup"), "share, 0 to 1: of outcomes_known; NULL: none is known"),
    Column("error_types", "insights.counts_sum(rollup.error_types)", "JSON object: how often each type of error came"),
    counted("finishes_known", "count: requests whose finish reason is known"),
    counted("refusals_known", "count: requests of which it is known whether the answer refused"),
    counted("fallbacks_known", "count: requests of which it is known whether a fallback served them"),
    counted("retries_known", "count: requests whose attempt number is known"),
    counted("retries", "count: requests that were no first attempt; NULL: unknown"),
    counted("fallbacks", "count: requests served by a fallback; NULL: unknown"),
    counted("refusals", "count: answers that refused; NULL: unknown"),
    counted("truncations", "count: answers truncated at a token limit"),
    counted("streamed", "count: streamed requests; NULL: unknown"),
    counted("response_cache_hits", "count: answers that came from a response cache; NULL: unknown", "cache_hits"),
)
TOKENS = (
    counted("input_tokens", "tokens in; NULL: unknown"),
    counted("output_tokens", "tokens out; NULL: unknown"),
    counted("cached_input_tokens", "tokens in that the provider's prompt cache served; NULL: unknown"),
    counted("cacheable_input_tokens", "tokens in of requests whose cached tokens are known"),
    counted("cache_write_tokens", "tokens written to the provider's prompt cache; NULL: unknown"),
    counted("reasoning_tokens", "tokens of reasoning; NULL: unknown"),
)
COST = (
    Column("cost_usd", "sum(rollup.cost_usd)", "USD over requests_priced, as billed where known; NULL: none, never 0"),
    Column("list_cost_usd", "sum(rollup.list_cost_usd)", "USD by the price table; NULL: no price is known, never 0"),
    counted("requests_priced", "count: requests whose cost is known", "cost_known"),
    counted("requests_list_priced", "count: requests that the price table knows", "list_cost_known"),
    Column("requests_unpriced", UNPRICED.format("rollup"), "count: requests that did not fail and have no known cost"),
    counted("requests_doubtful", "count: those among them whose token counts are in doubt", "cost_doubtful"),
    Column("price_version", "max(rollup.price_version)", "text: price table behind the costs; NULL: all as billed"),
)


def traffic_view(name: str, *, table: str, time: str, unit: str) -> View:
    """One row an account and `unit` of time."""
    start = f"rollup.{time}"
    distinct = tuple(
        Column(f"distinct_{what}", f"max(rollup.distinct_{what})", f"count: different {what}, estimated; NULL: unknown")
        for what in ("prompts", "prefixes")
    )
    return View(
        name=name,
        comment=f"Traffic of each account by the {unit}: counts, tokens, cost, latency. Late requests are added to "
        f"their {unit} whenever they come. Add duration and time_to_first_token up with insights.histogram_sum and "
        "read them with insights.percentile.",
        columns=(
            Column(unit, start, f"timestamp, UTC: start of the {unit} in which the requests started"),
            *segment_columns(),
            *COUNTS,
            *TOKENS,
            *COST,
            counted("prompts_known", "count: requests whose prompt hash is known"),
            counted("prefixes_known", "count: requests whose prefix hash is known"),
            *distinct,
            *latency("duration", "duration"),
            *latency("time_to_first_token", "time to first token"),
            Column("duration", "insights.histogram_sum(rollup.duration)", "histogram: of seconds; NULL: unknown"),
            Column(
                "time_to_first_token",
                "insights.histogram_sum(rollup.time_to_first_token)",
                "histogram: of seconds; NULL: unknown",
            ),
            *((complete_until(),) if unit != "minute" else ()),
        ),
        source=f"""FROM coagent.{table} AS rollup
JOIN coagent.segments AS segment ON segment.id = rollup.segment_id
GROUP BY {start}, segment.id""",
    )


REQUESTS_1M = traffic_view("requests_1m", table="rollups_1m", time="minute", unit="minute")
REQUESTS_1H = traffic_view("requests_1h", table="rollups_1h", time='"start"', unit="hour")
REQUESTS_1D = traffic_view("requests_1d", table="rollups_1d", time='"start"', unit="day")
