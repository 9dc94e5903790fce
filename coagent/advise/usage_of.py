"""Minutes in memory to what the advisors read, as Postgres sums it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from coagent.advise.distinct_prompts import distinct_prompts
from coagent.domain.histogram import Histogram, added, percentiles
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.domain.usage import FAILING_HOUR_REQUESTS, FAILING_HOUR_SHARE, DayUsage, Usage

HOUR = timedelta(hours=1)
BY_HOUR = ("requests", "output_tokens", "outcomes_known", "errors")
SUMMED = (
    *("requests", "outcomes_known", "errors", "truncations", "refusals", "fallbacks", "retries", "cache_hits"),
    *("streamed", "input_tokens", "output_tokens", "cached_input_tokens", "cache_write_tokens", "reasoning_tokens"),
    *("max_tokens", "cost_usd", "cost_known", "list_cost_usd", "list_cost_known", "failed_cost_usd"),
    *("prompts_known", "prefixes_known", "refusals_known", "fallbacks_known", "retries_known", "finishes_known"),
    *("cacheable_input_tokens", "tiers_known", "priority_requests", "batched_requests", "long_inputs"),
    *("long_input_tokens", "max_tokens_known", "tool_requests", "tools_known", "quality_score"),
    "quality_scores_known",
)


def usage_of(rollups: Iterable[Rollup]) -> Usage | None:
    """None of nothing. `rollups`: the newest of each (segment, minute, part), in any order."""
    days: dict[tuple[Segment, datetime], list[Rollup]] = defaultdict(list)
    for rollup in rollups:
        days[rollup.segment, rollup.minute.replace(hour=0, minute=0, second=0, microsecond=0)].append(rollup)
    if not days:
        return None
    minutes = [rollup.minute for parts in days.values() for rollup in parts]
    return Usage(
        start=_hour(min(minutes)),
        end=_hour(max(minutes)) + HOUR,
        days=[_day(*place, days[place]) for place in sorted(days, key=lambda one: (one[1], one[0].key()))],
        median_duration_s=_medians(days),
    )


def _day(segment: Segment, day: datetime, parts: Sequence[Rollup]) -> DayUsage:
    return DayUsage(
        segment=segment,
        day=day,
        **{name: _sum(getattr(part, name) for part in parts) for name in SUMMED},
        price_version=max((part.price_version for part in parts if part.price_version), default=None),
        error_types=_error_types(parts),
        distinct_prompts=_distinct(part.prompt_sketch for part in parts),
        distinct_prefixes=_distinct(part.prefix_sketch for part in parts),
        **_hours(parts),
    )


def _sum(values: Iterable[Any]) -> Any:
    known = [value for value in values if value is not None]
    return sum(known[1:], known[0]) if known else None


def _distinct(sketches: Iterable[bytes | None]) -> float | None:
    known = [sketch for sketch in sketches if sketch]
    return distinct_prompts(known) if known else None


def _error_types(parts: Sequence[Rollup]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for part in parts:
        for name, count in part.error_types.items():
            counts[name] += count
    return dict(sorted(counts.items()))


def _hours(parts: Sequence[Rollup]) -> dict[str, Any]:
    """What single hours of the day add."""
    hours: dict[datetime, list[Rollup]] = defaultdict(list)
    for part in parts:
        hours[_hour(part.minute)].append(part)
    figures = [[sum(getattr(part, name) or 0 for part in held) for name in BY_HOUR] for held in hours.values()]
    failing = [one for one in figures if one[2] >= FAILING_HOUR_REQUESTS and one[3] >= FAILING_HOUR_SHARE * one[2]]
    return {
        "peak_hour_requests": max(one[0] for one in figures),
        "peak_hour_output_tokens": max(one[1] for one in figures),
        "failing_requests": sum(one[0] for one in failing),
        "failing_errors": sum(one[3] for one in failing),
    }


def _medians(days: dict[tuple[Segment, datetime], list[Rollup]]) -> dict[Segment, float]:
    durations: dict[Segment, list[Histogram | None]] = defaultdict(list)
    for (segment, _), parts in days.items():
        durations[segment] += [part.duration for part in parts]
    found = {segment: percentiles(added(held), (0.5,)) for segment, held in durations.items()}
    return {segment: median[0] for segment, median in found.items() if median}


def _hour(minute: datetime) -> datetime:
    return minute.replace(minute=0, second=0, microsecond=0)
