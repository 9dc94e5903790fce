"""How much of a change of cost per request or latency is mix, and how much is within tasks and tenants, as facts."""

import math
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from coagent.domain.insight import Fact, Source, Way
from coagent.domain.number_format import MINUS, SIGNIFICANT, count, number, relative

UNITS = {"cost_usd": "USD", "duration_s": "s", "time_to_first_token_s": "s"}
"""Of each measure; any other is passed over."""
SIDES: tuple[Literal["before"], Literal["after"]] = ("before", "after")


def decomposition_facts(prefix: str, row: Mapping[str, Any]) -> Iterator[Fact]:
    """Means before and after, their change, and its two parts, rounded as finely as the means are."""
    measure = row["name"]
    if measure in UNITS and all(_known(row[one]) for one in ("before", "after", "mix", "within")):
        source, unit = Source("requests_1m", measure, "decompose"), UNITS[measure]
        yield Fact(f"{prefix} measure", measure, role="name", source=source)
        for side in SIDES:
            yield Fact(f"{prefix} {side}", number(row[side]) or "", unit, side, source=source)
            counted = count(row[f"requests_{side}"])
            yield Fact(f"{prefix} requests {side}", counted, "requests", "count", source=source)
        yield from _changes(prefix, row, unit, source)


def _changes(prefix: str, row: Mapping[str, Any], unit: str, source: Source) -> Iterator[Fact]:
    before, after = row["before"], row["after"]
    change = relative(before, after, unit)
    if change:
        yield Fact(f"{prefix} change", *change, "change", _way(after - before), source)
    for part in ("mix", "within"):
        value = _rounded(row[part], max(abs(before), abs(after)))
        yield Fact(f"{prefix} {part}", _signed(value), unit, "change", _way(value), source)


def _known(value: float | None) -> bool:
    return value is not None and math.isfinite(value)


def _rounded(value: float, scale: float) -> float:
    """To the last digit in which a figure of this scale is written."""
    if scale == 0:
        return value
    return round(value, max(SIGNIFICANT - 1 - math.floor(math.log10(scale)), 0))


def _signed(value: float) -> str:
    """With the typographic minus; zero without a sign.

    >>> _signed(0.8), _signed(-12.0), _signed(-0.0)
    ('+0.8', '−12', '0')
    """  # noqa: RUF002
    sign = {"up": "+", "down": MINUS, "unchanged": ""}[_way(value)]
    return f"{sign}{number(abs(value))}"


def _way(change: float) -> Way:
    return "up" if change > 0 else "down" if change < 0 else "unchanged"
