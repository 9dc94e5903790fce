"""What may be said about a shift."""

from coagent.domain.insight import Fact
from coagent.domain.row import RowRef
from coagent.domain.shift import Shift, SignalChange
from coagent.narrate.rounding import SMALLEST_P, count, moment, number, probability
from coagent.narrate.segment_facts import carrier_facts, segment_facts
from coagent.narrate.telemetry_text import name, sentence, sql_text
from coagent.narrate.vocabulary import CAUSE, CAUSE_TITLE, FAMILY, NEXT, NEXT_ACCEPTED, NEXT_RECOVERED

FALSE_DISCOVERY_RATE = 0.05
PER_CENT = 100
REASONS = 8
WRITTEN: dict[str, tuple[int, str]] = {
    "share": (100, "%"),
    "USD/token": (1_000_000, "USD per million tokens"),
    "0..1": (1, ""),
    "chars, else tokens": (1, "characters or tokens"),
}
"""Factor and unit in which a signal's values read well; others stand as they are measured."""


def shift_facts(shift: Shift) -> list[Fact]:
    """Segment, times, size of every signal, cause with its reasons, the next step and where to look."""
    return [
        *segment_facts(shift.segment),
        *carrier_facts(shift.carriers),
        Fact("status", shift.status),
        *_place_facts("onset", shift.onset),
        Fact("onset row", count(shift.onset.ordinal)),
        Fact("onset row low", count(shift.onset_low)),
        Fact("onset row high", count(shift.onset_high)),
        *_place_facts("raised", shift.raised),
        *_place_facts("updated", shift.updated),
        Fact("requests until raised", count(max(0, shift.raised.ordinal - shift.onset.ordinal) + 1), "requests"),
        Fact("requests since onset", count(max(0, shift.updated.ordinal - shift.onset.ordinal) + 1), "requests"),
        *_cause_facts(shift),
        *(fact for change in shift.signals for fact in _signal_facts(change)),
        Fact("signals moved", count(sum(moved(change) for change in shift.signals))),
        Fact("interval level", "95", "%"),
        Fact("smallest p value told", str(SMALLEST_P)),
        Fact("next step", _next_step(shift)),
        Fact("id", name(shift.id)),
        Fact("look", f"select * from insights.shifts where id = {sql_text(shift.id)}"),  # noqa: S608 - shown to people, never run
    ]


def moved(change: SignalChange) -> bool:
    """Whether it is told as moved: fresh rows agree, or are still too few to object."""
    return change.q_value is None or change.q_value <= FALSE_DISCOVERY_RATE


def _place_facts(what: str, row: RowRef) -> list[Fact]:
    time = Fact(f"{what} time", moment(row.time), "UTC")
    return [time] if row.request_id is None else [time, Fact(f"{what} request id", name(row.request_id))]


def _cause_facts(shift: Shift) -> list[Fact]:
    cause = shift.cause
    reasons = [Fact(f"reason {i}", sentence(why)) for i, why in enumerate(cause.because[:REASONS], 1)]
    return [
        Fact("headline", CAUSE_TITLE[cause.kind]),
        Fact("cause", CAUSE[cause.kind]),
        Fact("who", FAMILY[cause.family]),
        Fact("confidence", f"{cause.confidence * PER_CENT:.0f}", "%"),
        *reasons,
    ]


def _signal_facts(change: SignalChange) -> list[Fact]:
    scale, unit = _scale(change)
    told = [
        ("before", number(change.before.median * scale), unit),
        ("after", number(change.after.median * scale), unit),
        ("requests before", count(change.before.n), "requests"),
        ("requests after", count(change.after.n), "requests"),
        ("direction", _direction(change), ""),
        *_effect_facts(change),
        ("p value", probability(change.p_value), ""),
        ("q value", probability(change.q_value), ""),
    ]
    return [Fact(f"{change.name} {aspect}", value, unit) for aspect, value, unit in told if value is not None]


def _effect_facts(change: SignalChange) -> list[tuple[str, str | None, str]]:
    difference = change.effect.name == "risk_difference"
    scale, unit = (PER_CENT, "percentage points") if difference else (1, "")
    effect = change.effect
    return [
        ("effect", number(effect.value * scale), unit),
        ("effect low", number(effect.low * scale), unit),
        ("effect high", number(effect.high * scale), unit),
    ]


def _scale(change: SignalChange) -> tuple[int, str]:
    return WRITTEN.get(change.unit, (1, change.unit))


def _direction(change: SignalChange) -> str:
    size = change.after.median - change.before.median or change.effect.value
    if not moved(change) or not size:
        return "not shown"
    return "up" if size > 0 else "down"


def _next_step(shift: Shift) -> str:
    if shift.status == "recovered":
        return NEXT_RECOVERED
    return NEXT_ACCEPTED if shift.status == "accepted" else NEXT[shift.cause.kind]
