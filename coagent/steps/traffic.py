"""Traffic for the gate by model, task and UTC day, from rollups: of a report, a staging run or log files."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from coagent.columns import Columns
from coagent.count.rollups import Rollups
from coagent.domain.batch import Batch
from coagent.domain.gate import Traffic, TrafficDay
from coagent.domain.histogram import added
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment

COUNTS = ("requests", "outcomes_known", "errors", "finishes_known", "truncations", "cacheable_input_tokens")
SUMS = ("input_tokens", "output_tokens", "cached_input_tokens")
Key = tuple[str, str, str | None]


def traffic_of_batches(batches: Iterable[Batch]) -> tuple[Traffic, ...]:
    """As `coagent detect` counts them."""
    streams: dict[Segment, Rollups] = {}
    newest: dict[tuple[Segment, datetime, str], Rollup] = {}
    rows = 0
    for batch in batches:
        rows += batch.rows
        stream = streams.setdefault(batch.segment, Rollups(batch.segment, []))
        for rollup in stream.add(Columns(batch), rows):
            newest[rollup.segment, rollup.minute, rollup.part] = rollup
    return daily_traffic(newest.values())


def daily_traffic(rollups: Iterable[Rollup]) -> tuple[Traffic, ...]:
    """Sorted by provider, model and task; without tenants."""
    found: dict[Key, dict[date, list[Rollup]]] = defaultdict(lambda: defaultdict(list))
    for one in rollups:
        key = (one.segment.provider, one.segment.request_model, one.segment.task)
        found[key][one.minute.astimezone(UTC).date()].append(one)
    return tuple(
        Traffic(
            provider=provider,
            request_model=model,
            task=task,
            days=tuple(_day(day, held) for day, held in sorted(days.items())),
        )
        for (provider, model, task), days in sorted(found.items(), key=lambda one: (one[0][:2], one[0][2] or ""))
    )


def _day(day: date, held: Sequence[Rollup]) -> TrafficDay:
    sums: dict[str, Any] = {name: sum(getattr(one, name) for one in held) for name in COUNTS}
    for name in (*SUMS, "cost_usd"):
        known = [value for one in held if (value := getattr(one, name)) is not None]
        sums[name] = sum(known, Decimal(0) if name == "cost_usd" else 0) if known else None
    return TrafficDay(
        day=day,
        requests_priced=sum(one.cost_known for one in held),
        duration=added(one.duration for one in held),
        **sums,
    )
