"""Days of usage to advise on."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from coagent.domain.segment import Segment
from coagent.domain.usage import DayUsage, Usage

SEGMENT = Segment("openai", "gpt-4.1", task="summary")
START = datetime(2026, 6, 1, tzinfo=UTC)
OPTIONAL = (
    *("refusals", "fallbacks", "retries", "cache_hits", "streamed", "input_tokens", "output_tokens"),
    *("cached_input_tokens", "cache_write_tokens", "reasoning_tokens", "max_tokens", "cost_usd", "list_cost_usd"),
    *("price_version", "quality_score", "distinct_prompts", "distinct_prefixes"),
)
GIVEN = {"segment", "day", "requests", "error_types", "failed_cost_usd"}
COUNTS = [name for name in DayUsage.__struct_fields__ if name not in {*OPTIONAL, *GIVEN}]


def day_usage(day: int = 0, segment: Segment = SEGMENT, requests: int = 1000, **known: Any) -> DayUsage:
    """Everything unknown but what is given."""
    values: dict[str, Any] = {
        **dict.fromkeys(OPTIONAL),
        **dict.fromkeys(COUNTS, 0),
        "error_types": {},
        "failed_cost_usd": Decimal(0),
        **known,
    }
    return DayUsage(segment=segment, day=START + timedelta(days=day), requests=requests, **values)


def usage(*days: DayUsage, **changes: Any) -> Usage:
    """Of whole days."""
    bounds = {"start": min(one.day for one in days), "end": max(one.day for one in days) + timedelta(days=1)}
    return Usage(**{**bounds, "days": list(days), "median_duration_s": {}, **changes})


def steady(days: int = 14, **known: Any) -> Usage:
    """The same account on each day."""
    return usage(*(day_usage(day, **known) for day in range(days)))
