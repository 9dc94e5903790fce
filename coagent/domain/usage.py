"""What the advisors read: accounts by day, with what the hours of each day add."""

from datetime import datetime
from decimal import Decimal

import msgspec

from coagent.domain.segment import Segment

FAILING_HOUR_SHARE = 0.3
"""Share of failed requests from which an hour counts as failing: a provider's outage, not its usual rate of errors."""
FAILING_HOUR_REQUESTS = 10
"""Least requests of known outcome in a failing hour."""


class DayUsage(msgspec.Struct, frozen=True, kw_only=True):
    """One account on one UTC day, over all its requests; see `coagent.domain.rollup.Rollup` for what is counted.

    Sums are None where nothing knew the value. `distinct_prompts` and `distinct_prefixes` are estimates.
    `peak_hour_requests` and `peak_hour_output_tokens` are of the busiest hour; `failing_requests` and `failing_errors`
    of the hours in which the provider failed.
    """

    segment: Segment
    day: datetime
    requests: int
    outcomes_known: int
    errors: int
    truncations: int
    refusals: int | None
    fallbacks: int | None
    retries: int | None
    cache_hits: int | None
    streamed: int | None
    input_tokens: int | None
    output_tokens: int | None
    cached_input_tokens: int | None
    cache_write_tokens: int | None
    reasoning_tokens: int | None
    max_tokens: int | None
    cost_usd: Decimal | None
    cost_known: int
    list_cost_usd: Decimal | None
    list_cost_known: int
    failed_cost_usd: Decimal
    price_version: str | None
    prompts_known: int
    prefixes_known: int
    refusals_known: int
    fallbacks_known: int
    retries_known: int
    finishes_known: int
    cacheable_input_tokens: int
    tiers_known: int
    priority_requests: int
    batched_requests: int
    long_inputs: int
    long_input_tokens: int
    max_tokens_known: int
    tool_requests: int
    tools_known: int
    quality_score: Decimal | None
    quality_scores_known: int
    error_types: dict[str, int]
    distinct_prompts: float | None
    distinct_prefixes: float | None
    peak_hour_requests: int
    peak_hour_output_tokens: int
    failing_requests: int
    failing_errors: int


class Usage(msgspec.Struct, frozen=True, kw_only=True):
    """`start` and `end` bound the hours with requests, of all accounts; `median_duration_s` by account."""

    start: datetime
    end: datetime
    days: list[DayUsage]
    median_duration_s: dict[Segment, float]
