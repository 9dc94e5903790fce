"""How far each signal moved, and which did not: the same words as on every other screen."""

import math
from collections.abc import Iterator, Mapping

from msgspec.structs import replace

from coagent.domain.insight import Fact
from coagent.domain.number_format import SMALLEST_P, figure
from coagent.domain.shift import Shift, SignalChange
from coagent.domain.vocabulary import EFFECT, SIGNAL, signal_name
from coagent.narrate.claim import Claim, Filling, Heading, claim, written
from coagent.narrate.shift_facts import listed

IN_A_PART = "{signal} changed in a part of the requests, median unchanged at {after}"
EFFECT_SIZE = "{effect_name} {effect} ({low} to {high})"
COUNTS = "{n_before} requests before, {n_after} after"
BOTH_UNITS = ("s", "%")
"""Written after both figures; other units stand once, after the second."""


def size_claims(shift: Shift, facts: Mapping[str, Fact]) -> list[Claim]:
    """Of each signal that moved its size, alone and with its evidence; of each other that it did not."""
    heading: Heading = "What had changed" if shift.status == "recovered" else "What changed"
    return [one for change in listed(shift) for one in _claims(change, _slots(change, facts), heading)]


def _claims(change: SignalChange, slots: Mapping[str, Filling], heading: Heading) -> Iterator[Claim]:
    effect = [EFFECT_SIZE] if slots["effect"] else []
    if not change.moved:
        level = "{signal} stayed at {after}" if slots["after"] else "{signal} did not change"
        template = "; ".join([level, *effect])
        rest = {"heading": "What did not change", "is_item": True, "polarity": "unchanged"}
        yield claim(f"still.{change.name}", template, slots, **rest)
        return
    size = _size(change, slots)
    short = f"{IN_A_PART} ({{effect_name}} {{effect}})" if size == IN_A_PART and _has_delta(change, slots) else size
    alone = claim(f"size.{change.name}", short, slots, slot="size", polarity="changed")
    yield replace(alone, title=alone.text)
    template = "; ".join([size, *effect, COUNTS + (", q {q}" if slots["q"] else "")])
    rest = {"heading": heading, "slot": "size", "is_item": True, "polarity": "changed"}
    yield claim(f"measured.{change.name}", template, slots, **rest)


def _size(change: SignalChange, slots: Mapping[str, Filling]) -> str:
    before, after = change.before.median, change.after.median
    if not (math.isfinite(before) and math.isfinite(after)):
        return "{signal} changed"
    if figure(before, change.unit) == figure(after, change.unit):
        return IN_A_PART
    return "{clause} from {before} to {after}" + (" ({change})" if slots["change"] else "")


def _has_delta(change: SignalChange, slots: Mapping[str, Filling]) -> bool:
    return change.effect.name == "cliffs_delta" and slots["effect"] is not None


def _slots(change: SignalChange, facts: Mapping[str, Fact]) -> dict[str, Filling]:
    def fact(aspect: str) -> Fact | None:
        return facts.get(f"{change.name} {aspect}")

    return {
        "signal": signal_name(change.name),
        "clause": _clause(change),
        "effect_name": EFFECT.get(change.effect.name, change.effect.name),
        "before": before_filling(fact("before")),
        "after": fact("after"),
        "change": fact("change"),
        "effect": fact("effect"),
        "low": _bound(fact("effect low")),
        "high": fact("effect high") or f"? {_unit(fact('effect'))}".rstrip(),
        "n_before": _bound(fact("requests before")),
        "n_after": _bound(fact("requests after")),
        "q": _q_value(fact("q value")),
    }


def _clause(change: SignalChange) -> str:
    """The verb has the direction in it."""
    words = SIGNAL.get(change.name)
    if words is None:
        return f"{signal_name(change.name)} changed"
    return words.up if change.after.median > change.before.median else words.down


def before_filling(fact: Fact | None) -> Filling:
    """With its unit only where that stands after both figures."""
    return None if fact is None else (written(fact) if fact.unit in BOTH_UNITS else fact.value, fact)


def _bound(fact: Fact | None) -> Filling:
    """Without its unit, which stands after the second figure."""
    return "?" if fact is None else (fact.value, fact)


def _unit(fact: Fact | None) -> str:
    return fact.unit if fact else ""


def _q_value(fact: Fact | None) -> Filling:
    if fact is None:
        return None
    return (f"at most {fact.value}" if fact.value == str(SMALLEST_P) else f"= {fact.value}", fact)
