"""Batches of requests to traffic by model, task and UTC day: for a staging run, and for snapshots of log files."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coagent.columns import Columns, Floats, histogram_bins
from coagent.domain.batch import Batch
from coagent.domain.finish_reason import is_truncated
from coagent.domain.gate import Traffic, TrafficDay
from coagent.domain.histogram import Histogram, added, of_counts

Flags = NDArray[np.bool_]
DAY_S = 86_400
Key = tuple[str, str, str | None]
SUMS = ("input_tokens", "output_tokens", "cached_input_tokens", "cost_usd")
COUNTS = ("requests", "outcomes_known", "errors", "finishes_known", "truncations", "requests_priced")


def traffic_of(batches: Iterable[Batch]) -> tuple[Traffic, ...]:
    """Sorted by provider, model and task."""
    found: dict[Key, dict[date, list[TrafficDay]]] = defaultdict(lambda: defaultdict(list))
    for batch in batches:
        for task, day in _days(batch):
            found[batch.segment.provider, batch.segment.request_model, task][day.day].append(day)
    return tuple(
        Traffic(provider=key[0], request_model=key[1], task=key[2], days=tuple(map(_sum, _sorted(days))))
        for key, days in sorted(found.items(), key=lambda one: (one[0][0], one[0][1], one[0][2] or ""))
    )


def _sorted(days: dict[date, list[TrafficDay]]) -> list[list[TrafficDay]]:
    return [days[day] for day in sorted(days)]


def _sum(parts: list[TrafficDay]) -> TrafficDay:
    whole: dict[str, Any] = {"day": parts[0].day, "duration": added(one.duration for one in parts)}
    for name in (*COUNTS, *SUMS, "cacheable_input_tokens"):
        known = [value for one in parts if (value := getattr(one, name)) is not None]
        whole[name] = sum(known) if known else None
    return TrafficDay(**whole)


def _days(batch: Batch) -> Iterator[tuple[str | None, TrafficDay]]:
    columns = Columns(batch)
    tasks, codes = columns.text("task")
    numbers = np.floor(columns.number("time_s") / DAY_S).astype(np.int64)
    values = _values(columns)
    distinct, group = np.unique(np.stack([codes, numbers], axis=1), axis=0, return_inverse=True)
    for place, (code, number) in enumerate(distinct.tolist()):
        day = datetime.fromtimestamp(number * DAY_S, UTC).date()
        yield (tasks[code] if code >= 0 else None), _day(day, values, group.reshape(-1) == place)


def _values(columns: Columns) -> dict[str, Floats]:
    """Shape (rows,) each, NaN unknown."""
    names = ("input_tokens", "output_tokens", "cached_input_tokens", "duration_s")
    return {
        **{name: columns.number(name) for name in names},
        "ok": columns.successes(),
        "cost_usd": columns.costs_usd(),
        "truncated": columns.truth("finish_reason", is_truncated),
    }


def _day(day: date, columns: dict[str, Floats], rows: Flags) -> TrafficDay:
    here = {name: values[rows] for name, values in columns.items()}
    known = {name: values[~np.isnan(values)] for name, values in here.items()}
    cached = ~np.isnan(here["cached_input_tokens"])
    return TrafficDay(
        day=day,
        requests=int(rows.sum()),
        outcomes_known=len(known["ok"]),
        errors=int((known["ok"] == 0).sum()),
        finishes_known=len(known["truncated"]),
        truncations=int(known["truncated"].sum()),
        input_tokens=_whole(known["input_tokens"]),
        output_tokens=_whole(known["output_tokens"]),
        cached_input_tokens=_whole(known["cached_input_tokens"]),
        cacheable_input_tokens=int(np.nansum(here["input_tokens"][cached])),
        cost_usd=Decimal(repr(float(known["cost_usd"].sum()))) if len(known["cost_usd"]) else None,
        requests_priced=len(known["cost_usd"]),
        duration=_histogram(known["duration_s"]),
    )


def _whole(known: Floats) -> int | None:
    return int(known.sum()) if len(known) else None


def _histogram(seconds: Floats) -> Histogram | None:
    """Of what failed too, as the views count it."""
    bins, counts = np.unique(histogram_bins(seconds), return_counts=True)
    return of_counts(dict(zip(bins.tolist(), counts.tolist(), strict=True)))
