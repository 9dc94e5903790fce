"""What may be said about a change of a stream's success rate."""

from collections.abc import Iterator
from datetime import datetime

from coagent.domain.insight import Fact
from coagent.domain.next_steps import ACCEPT, EXPLAIN, quality_steps
from coagent.domain.number_format import count, moment, percent
from coagent.domain.quality_change import FALSE_CHANGES, QualityChange, RateOfDays, ShiftThen
from coagent.domain.vocabulary import CAUSE_TITLE, DIRECTION
from coagent.narrate.segment_facts import segment_facts
from coagent.narrate.telemetry_text import name

NO_ACTION = "No action needed."


def quality_facts(change: QualityChange) -> list[Fact]:
    """Which stream, from which rate to which, since when, what it rests on, which shifts were open, and what to do."""
    return [
        *segment_facts(change.segment),
        Fact("status", change.status, role="judgement"),
        *_rate("before", change.before),
        *_rate("after", change.after),
        *(_rate("now", change.now) if change.now else []),
        Fact("onset time", _day(change.since), "UTC", "time"),
        Fact("found on", _day(change.found_on), "UTC", "time"),
        Fact("reviewers", f"{count(change.reviewers)} {'person' if change.reviewers == 1 else 'people'}", role="count"),
        Fact("interval level", "95", "%"),
        Fact("chance", percent(FALSE_CHANGES), role="share"),
        *(fact for place, shift in enumerate(change.shifts, 1) for fact in _shift(f"shift {place}", shift)),
        *([Fact("ended", moment(change.ended_at), "UTC", "time")] if change.ended_at else []),
        Fact("accepted by", name(change.accepted_by or ""), role="name"),
        *(Fact(f"next step {place}", step, role="step") for place, step in enumerate(_steps(change), 1)),
        Fact("details", EXPLAIN.format(id=change.id), role="command"),
        *([Fact("accept", ACCEPT.format(id=change.id), role="command")] if change.status == "open" else []),
    ]


def _rate(what: str, found: RateOfDays) -> Iterator[Fact]:
    yield Fact(what, percent(found.rate), role="before" if what == "before" else "after")
    yield Fact(f"{what} interval", f"{percent(found.low)} to {percent(found.high)}", role="effect")
    yield Fact(f"{what} labels", f"{count(found.labelled)} labelled requests", role="count")
    days = [_day(found.first), *([_day(found.last)] if found.last != found.first else [])]
    yield Fact(f"{what} days", " to ".join(days), role="time")


def _shift(what: str, shift: ShiftThen) -> Iterator[Fact]:
    yield Fact(what, name(shift.id), role="name")
    yield Fact(f"{what} cause", CAUSE_TITLE[shift.cause], role="cause")
    yield Fact(f"{what} direction", DIRECTION[shift.direction], role="judgement")
    yield Fact(f"{what} since", moment(shift.since), "UTC", "time")


def _steps(change: QualityChange) -> list[str]:
    return quality_steps(change, name) if change.status == "open" else [NO_ACTION]


def _day(time: datetime) -> str:
    return moment(time)[:10]
