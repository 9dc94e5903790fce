"""Which parts of the stream carry a shift, and what it costs."""

import math
from collections.abc import Iterator, Sequence
from typing import TypeGuard

from coagent.domain.insight import Fact
from coagent.domain.number_format import count, effect_figures, number, percent, rough_money
from coagent.domain.shift import CostChange, Part
from coagent.narrate.telemetry_text import name

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
        *(Fact(what, rough_money(usd), "USD") for what, usd in amounts if _is_known(usd)),
        Fact("requests a day", number(cost.requests_per_day) or "", "requests"),
        Fact("priced share", percent(cost.priced_share)),
    ]


def _is_known(value: float | None) -> TypeGuard[float]:
    return value is not None and math.isfinite(value)


def _part(prefix: str, part: Part) -> Iterator[Fact]:
    if part.name:
        yield Fact(f"{prefix} name", name(part.name))
    yield Fact(f"{prefix} requests", count(part.requests), "requests")
    if part.effect:
        figures, unit = effect_figures(part.effect.name, part.effect.value, part.effect.low, part.effect.high)
        for aspect, value in zip(("effect", "effect low", "effect high"), figures, strict=True):
            yield Fact(f"{prefix} {aspect}", value or "", unit)
