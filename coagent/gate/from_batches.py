"""Batches of requests to traffic by model, task and UTC day: for a staging run, and for snapshots of log files."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from math import log
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coagent.domain.batch import Batch
from coagent.domain.finish_reason import is_truncated
from coagent.domain.gate import Traffic, TrafficDay
from coagent.domain.histogram import GROWTH, LEAST, Histogram, added

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
DAY_S = 86_400
FIRST_ERROR = 400
"""HTTP status from which on a request failed (RFC 9110)."""
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
    tasks = batch.texts.get("task")
    codes = np.full(batch.rows, -1) if tasks is None else np.frombuffer(tasks.codes, "<i4")
    numbers = np.floor(_number(batch, "time_s") / DAY_S).astype(np.int64)
    columns = _columns(batch)
    distinct, group = np.unique(np.stack([codes, numbers], axis=1), axis=0, return_inverse=True)
    for place, (code, number) in enumerate(distinct.tolist()):
        day = datetime.fromtimestamp(number * DAY_S, UTC).date()
        task = tasks.values[code] if tasks is not None and code >= 0 else None
        yield task, _day(day, columns, group.reshape(-1) == place)


def _columns(batch: Batch) -> dict[str, Floats]:
    """Shape (rows,) each, NaN unknown."""
    status, http = _text(batch, "status"), _number(batch, "http_status")
    ok = np.where(status == "ok", 1.0, np.where(status == "error", 0.0, np.nan))
    ok = np.where(np.isnan(ok) & ~np.isnan(http), http < FIRST_ERROR, ok)
    finish = _text(batch, "finish_reason")
    billed = _number(batch, "cost_usd")
    cost = np.where(np.isnan(billed), _number(batch, "list_cost_usd"), billed)
    found = {
        name: _number(batch, name) for name in ("input_tokens", "output_tokens", "cached_input_tokens", "duration_s")
    }
    distinct, places = np.unique(finish, return_inverse=True)
    cut = np.array([np.nan if not one else float(is_truncated(one)) for one in distinct.tolist()])[places.reshape(-1)]
    return {**found, "ok": ok, "cost_usd": cost, "truncated": cut}


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
        duration=_histogram(here["duration_s"][here["ok"] != 0]),
    )


def _whole(known: Floats) -> int | None:
    return int(known.sum()) if len(known) else None


def _histogram(seconds: Floats) -> Histogram | None:
    known = seconds[seconds > 0]
    if not len(known):
        return None
    bins, counts = np.unique(np.ceil(np.log(np.maximum(known, LEAST)) / log(GROWTH)).astype(int), return_counts=True)
    return Histogram(bins.tolist(), counts.tolist())


def _number(batch: Batch, name: str) -> Floats:
    data = batch.numbers.get(name)
    return np.full(batch.rows, np.nan) if data is None else np.frombuffer(data, "<f8")


def _text(batch: Batch, name: str) -> NDArray[np.str_]:
    """Empty where unknown."""
    column = batch.texts.get(name)
    if column is None:
        return np.full(batch.rows, "")
    found: NDArray[np.str_] = np.array([*column.values, ""])[np.frombuffer(column.codes, "<i4")]
    return found
