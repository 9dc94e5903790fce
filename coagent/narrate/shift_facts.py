"""What may be said about a shift."""

import re
from collections.abc import Iterator, Mapping

from coagent.domain.headline import by_weight, cause_title
from coagent.domain.insight import Fact, Role, Way
from coagent.domain.next_steps import accept_command, explain_command, next_steps
from coagent.domain.number_format import (
    SMALLEST_P,
    count,
    duration,
    effect_figures,
    moment,
    probability,
    relative,
    written,
)
from coagent.domain.row import RowRef
from coagent.domain.shift import Effect, Shift, SignalChange
from coagent.domain.shift_words import held_words, unchanged
from coagent.domain.vocabulary import CAUSE, DIRECTION, FAMILY
from coagent.narrate.segment_facts import segment_facts
from coagent.narrate.shift_reach_facts import EFFECT_ASPECTS, cost_facts, part_facts
from coagent.narrate.telemetry_text import clause, name

PER_CENT = 100
REASONS = 8
ROLES: Mapping[str, Role] = {
    "before": "before",
    "after": "after",
    "change": "change",
    "direction": "judgement",
    "effect": "effect",
    "requests before": "count",
    "requests after": "count",
}
"""Of the aspects of a signal; the others bound or test it."""
SECOND_OPINION = re.compile(r"(?:ADWIN|PageHinkley) saw ")
"""Reasons that `coagent explain` shows, but no message."""
WAYS: Mapping[str, Way] = {"up": "up", "down": "down"}


MOVING: tuple[Role, ...] = ("change", "effect", "judgement")
"""Aspects that say which way it went."""


def shift_facts(shift: Shift) -> list[Fact]:
    """Segment, times, size of every signal, cause with its reasons, who is affected, cost, and the next steps."""
    return [
        *segment_facts(shift.segment),
        *_time_facts(shift),
        *_judgement_facts(shift),
        *(fact for change in listed(shift) for fact in _signal_facts(change)),
        Fact("signals moved", count(sum(change.moved for change in shift.signals)), role="count"),
        Fact("interval level", "95", "%"),
        Fact("smallest p value", str(SMALLEST_P), role="bound"),
        *part_facts(shift.parts),
        *cost_facts(shift.cost),
        *_step_facts(shift),
    ]


def listed(shift: Shift) -> list[SignalChange]:
    """Signals that moved, the most important first, and those that are known not to have."""
    moved = {change.name: place for place, change in enumerate(by_weight(shift.signals, shift.cause.kind))}
    known = [*(change for change in shift.signals if change.moved), *unchanged(shift.signals, shift.cause.because)]
    return sorted(known, key=lambda change: moved.get(change.name, len(moved)))


def _time_facts(shift: Shift) -> list[Fact]:
    return [
        Fact("status", shift.status, role="judgement"),
        *([Fact("lasted", duration(shift.ended_at - shift.onset.time), role="time")] if shift.ended_at else []),
        *_place_facts("onset", shift.onset),
        Fact("onset row", count(shift.onset.ordinal), role="count"),
        Fact("onset row low", count(shift.onset_low), role="count"),
        Fact("onset row high", count(shift.onset_high), role="count"),
        *_place_facts("raised", shift.raised),
        *_place_facts("updated", shift.updated),
        Fact(
            "requests until raised", count(max(0, shift.raised.ordinal - shift.onset.ordinal) + 1), "requests", "count"
        ),
        Fact(
            "requests since onset", count(max(0, shift.updated.ordinal - shift.onset.ordinal) + 1), "requests", "count"
        ),
    ]


def _place_facts(what: str, row: RowRef) -> list[Fact]:
    time = Fact(f"{what} time", moment(row.time), "UTC", "time")
    return [time] if row.request_id is None else [time, Fact(f"{what} request id", name(row.request_id), role="name")]


def _judgement_facts(shift: Shift) -> list[Fact]:
    cause = shift.cause
    because = [why for why in cause.because if not SECOND_OPINION.match(why)]
    reasons = [Fact(f"reason {i}", clause(why), role="reason") for i, why in enumerate(because[:REASONS], 1)]
    held = "" if shift.page else held_words(shift.held_because, shift.direction)
    return [
        Fact("cause title", cause_title(shift.signals, cause), role="cause"),
        Fact("cause", CAUSE[cause.kind], role="cause"),
        Fact("who", FAMILY[cause.family], role="cause"),
        Fact("confidence", f"{cause.confidence * PER_CENT:.0f}", "%", "share"),
        Fact("overall", DIRECTION[shift.direction], role="judgement"),
        Fact("not paged", held, role="judgement"),
        *reasons,
    ]


def _signal_facts(change: SignalChange) -> Iterator[Fact]:
    way = WAYS.get(_direction(change)) if change.moved else "unchanged"
    for aspect, value, unit in (*_size_facts(change), *_test_facts(change)):
        if value is not None:
            role = ROLES.get(aspect, "bound")
            yield Fact(f"{change.name} {aspect}", value, unit, role, way if role in MOVING else None)


def _size_facts(change: SignalChange) -> list[tuple[str, str | None, str]]:
    before, unit = written(change.before.median, change.unit)
    after, _ = written(change.after.median, change.unit)
    size = relative(change.before.median, change.after.median, change.unit)
    return [
        ("before", before, unit),
        ("after", after, unit),
        *([("change", *size)] if size else []),
        ("direction", _direction(change), ""),
    ]


def _test_facts(change: SignalChange) -> list[tuple[str, str | None, str]]:
    return [
        ("requests before", count(change.before.n), "requests"),
        ("requests after", count(change.after.n), "requests"),
        *effect_facts(change.effect),
        ("p value", probability(change.p_value), ""),
        ("q value", probability(change.q_value), ""),
    ]


def effect_facts(effect: Effect) -> list[tuple[str, str | None, str]]:
    """Aspect, value and unit of an effect and its interval."""
    figures, unit = effect_figures(effect.name, effect.value, effect.low, effect.high)
    return [(aspect, value, unit) for aspect, value in zip(EFFECT_ASPECTS, figures, strict=True)]


def _direction(change: SignalChange) -> str:
    size = change.after.median - change.before.median or change.effect.value
    if not change.moved or not size:
        return "not shown"
    return "up" if size > 0 else "down"


def _step_facts(shift: Shift) -> list[Fact]:
    steps = next_steps(shift, lambda raw: f"`{name(raw)}`")
    accept = accept_command(shift)
    return [
        *(Fact(f"next step {i}", step, role="step") for i, step in enumerate(steps, 1)),
        Fact("id", name(shift.id), role="name"),
        Fact("details", explain_command(shift), role="command"),
        *([Fact("accept", accept, role="command")] if accept else []),
    ]
