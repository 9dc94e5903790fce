"""Which parts of the stream carry a shift, and what it costs."""

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeGuard

from coagent.domain.insight import Fact
from coagent.domain.number_format import count, effect_figures, number, percent, requests, rough_money
from coagent.domain.shift import CostChange, Part
from coagent.domain.vocabulary import EFFECT
from coagent.narrate.claim import Filling
from coagent.narrate.telemetry_text import name

EFFECT_ASPECTS = ("effect", "effect low", "effect high")
PARTS = 8
"""Parts named: a message stays readable."""


def part_facts(parts: Sequence[Part]) -> list[Fact]:
    """Each part's name, requests and effect."""
    return [fact for place, part in enumerate(parts[:PARTS], 1) for fact in _part(f"{place}. part", part)]


def cost_facts(cost: CostChange | None) -> list[Fact]:
    """Amounts without sign, as the text writes them: `less` and `more` stand beside in words."""
    if cost is None:
        return []
    low, high = cost.low, cost.high
    if low is not None and high is not None and not low < 0 < high:
        low, high = sorted((abs(low), abs(high)))
    amounts = (("cost a day", cost.usd_per_day), ("cost low", low), ("cost high", high))
    return [
        *(Fact(what, rough_money(usd), "USD", "money") for what, usd in amounts if _is_known(usd)),
        Fact("requests a day", number(cost.requests_per_day) or "", "requests", "count"),
        Fact("priced share", percent(cost.priced_share), role="share"),
    ]


def _is_known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def part_slots(place: int, part: Part, facts: Mapping[str, Fact]) -> tuple[str, dict[str, Filling]]:
    """A template that says how a part fared, `{what}` left open, and what fills the rest."""
    prefix = f"{place}. part"
    known = {aspect: facts.get(f"{prefix} {aspect}") for aspect in ("name", "requests", *EFFECT_ASPECTS)}
    named = f"{part.dimension} `{{name}}`" if known["name"] else f"what has no {part.dimension}"
    template = f"{named} {{what}}: {{requests}}"
    slots: dict[str, Filling] = {
        "name": known["name"],
        "requests": (requests(part.requests), facts[f"{prefix} requests"]),
    }
    if part.effect is None or known["effect"] is None:
        return template, slots
    figures = {slot: known[aspect] for slot, aspect in zip(("effect", "low", "high"), EFFECT_ASPECTS, strict=True)}
    slots |= {"effect_name": EFFECT.get(part.effect.name, part.effect.name), **figures}
    slots |= {slot: "?" for slot in figures if slots[slot] is None}
    low = figures["low"]
    slots |= {"low": (low.value, low)} if low else {}
    return template + ", {effect_name} {effect} ({low} to {high})", slots


def _part(prefix: str, part: Part) -> Iterator[Fact]:
    if part.name:
        yield Fact(f"{prefix} name", name(part.name), role="name")
    yield Fact(f"{prefix} requests", count(part.requests), "requests", "count")
    if part.effect:
        figures, unit = effect_figures(part.effect.name, part.effect.value, part.effect.low, part.effect.high)
        for aspect, value in zip(EFFECT_ASPECTS, figures, strict=True):
            yield Fact(f"{prefix} {aspect}", value or "", unit, "effect" if aspect == "effect" else "bound")
