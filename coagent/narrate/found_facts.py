"""What was looked up, as facts: each knows the view, the row and the query it comes from."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from coagent.domain.headline import by_weight
from coagent.domain.inquiry import COMPARED, Found
from coagent.domain.insight import Fact, Source, Way
from coagent.domain.number_format import count, duration, moment, relative, written
from coagent.domain.opportunity import Opportunity
from coagent.domain.shift import Shift
from coagent.domain.signal import BY_NAME
from coagent.narrate.decomposition_facts import decomposition_facts
from coagent.narrate.telemetry_text import name

Side = Literal["before", "after"]
COST = "cost_usd"
READ = ("duration_s", "time_to_first_token_s", "output_tokens", "error", "refusal", "truncation")
"""Signals that traffic by the minute holds."""


def compared_signal(subject: Shift | Opportunity) -> str | None:
    """The most important of those that moved, None where traffic by the minute holds none of them; of a saving its
    cost.
    """
    if isinstance(subject, Opportunity):
        return COST
    return next((one.name for one in by_weight(subject.signals, subject.cause.kind) if one.name in READ), None)


def found_facts(subject: Shift | Opportunity, found: Sequence[Found]) -> list[Fact]:
    """Named `<query> <place> <aspect>`; what is unknown is left out."""
    signal = compared_signal(subject)
    return [fact for one in found for place, row in enumerate(one.rows, 1) for fact in _facts(one, place, row, signal)]


def _facts(found: Found, place: int, row: Mapping[str, Any], signal: str | None) -> Iterator[Fact]:
    view = "requests_1h" if signal == COST else "requests_1m"
    prefix, at = f"{found.kind} {place}", row.get("at")
    if found.kind in COMPARED and signal:
        source = Source(view, name(row["name"]), found.kind)
        yield Fact(f"{prefix} name", name(row["name"]), role="name", source=source)
        if signal == COST and isinstance(at, datetime):
            yield Fact(f"{prefix} time", moment(at), "UTC", "time", source=source)
        yield from _compared(prefix, row, signal, source)
    elif found.kind == "by_hour" and signal and isinstance(at, datetime):
        source = Source(view, moment(at), found.kind)
        yield Fact(f"{prefix} time", moment(at), "UTC", "time", source=source)
        yield from _side(prefix, "after", row, signal, source)
    elif found.kind == "decompose":
        yield from decomposition_facts(prefix, row)
    elif found.kind in ("deploys", "past_shifts") and isinstance(at, datetime):
        yield from _shift(prefix, row, at, Source("shifts", name(row["id"]), found.kind))


def _compared(prefix: str, row: Mapping[str, Any], signal: str, source: Source) -> Iterator[Fact]:
    yield from _side(prefix, "before", row, signal, source)
    yield from _side(prefix, "after", row, signal, source)
    before, after = row[f"{signal}_before"], row[f"{signal}_after"]
    change = None if before is None or after is None else relative(before, after, _unit(signal))
    if change:
        way: Way = "up" if after > before else "down" if after < before else "unchanged"
        yield Fact(f"{prefix} change", *change, "change", way, source)


def _side(prefix: str, side: Side, row: Mapping[str, Any], signal: str, source: Source) -> Iterator[Fact]:
    value, unit = written(row[f"{signal}_{side}"], _unit(signal))
    if value is not None:
        yield Fact(f"{prefix} {side}", value, unit, side, source=source)
    yield Fact(f"{prefix} requests {side}", count(row[f"requests_{side}"]), "requests", "count", source=source)


def _unit(signal: str) -> str:
    return "USD" if signal == COST else BY_NAME[signal].unit


def _shift(prefix: str, row: Mapping[str, Any], at: datetime, source: Source) -> Iterator[Fact]:
    yield Fact(f"{prefix} id", name(row["id"]), role="name", source=source)
    yield Fact(f"{prefix} time", moment(at), "UTC", "time", source=source)
    if row.get("status") and row["status"] != "open":
        yield Fact(f"{prefix} status", row["status"], role="judgement", source=source)
    if row.get("ended_at"):
        yield Fact(f"{prefix} lasted", duration(row["ended_at"] - at), role="time", source=source)
    if row.get("by"):
        yield Fact(f"{prefix} by", name(row["by"]), role="name", source=source)
