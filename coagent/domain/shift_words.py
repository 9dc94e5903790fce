"""What is said beside a shift's signals: why it did not page, what it costs, who carries it, what did not change."""

import math
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

from coagent.domain.headline import AnyChange, Change
from coagent.domain.number_format import effect_size, number, percent, requests, rough_money
from coagent.domain.shift import CostChange, Direction, Hold, Part, Status
from coagent.domain.vocabulary import HOLD, signal_name

NARROW_DELTA = 0.33
"""Cliff's delta of a medium effect (Romano and others, 2006): an interval within shows that none happened."""
NARROW_DIFFERENCE = 0.05
"""Difference of rates: convention, five of a hundred requests."""


class Held(Protocol):
    """`Shift`, `ShiftReport`."""

    @property
    def page(self) -> bool: ...
    @property
    def status(self) -> Status: ...
    @property
    def direction(self) -> Direction: ...
    @property
    def held_because(self) -> list[Hold]: ...


def unchanged(signals: Iterable[AnyChange], because: Sequence[str] = ()) -> list[AnyChange]:
    """Those that are known not to have changed; what did not move and may have is neither. A signal of which a reason
    says that it rose or fell is never among them.
    """
    return [one for one in signals if not one.moved and _narrow(one) and not _said_to_move(one.name, because)]


def not_paged(shift: Held) -> str:
    """A sentence; empty for what pages."""
    if shift.page:
        return ""
    why = held_words(shift.held_because, shift.direction)
    return f"Not paged: {why}." if why else "Not paged."


def held_words(holds: Sequence[Hold], direction: Direction) -> str:
    """Reasons as one clause.

    >>> held_words(["not_worse", "too_small"], "better")
    'it got better, nothing got worse; too small to matter'
    """
    words = [HOLD[hold] for hold in holds]
    if direction == "better" and "not_worse" in holds:
        words[holds.index("not_worse")] = "it got better, nothing got worse"
    return "; ".join(words)


def cost_words(cost: CostChange) -> str:
    """A clause.

    >>> cost_words(CostChange(requests_per_day=4000, usd_per_day=12.2, low=8, high=16, priced_share=1.0))
    'about $12 a day more ($8.00 to $16), at 4,000 requests a day'
    >>> cost_words(CostChange(requests_per_day=4000, usd_per_day=None, low=None, high=None, priced_share=0.0))
    'cost unknown: no price is known for these requests'
    >>> cost_words(CostChange(requests_per_day=4000, usd_per_day=1.0, low=-2.0, high=4.0, priced_share=0.5))
    'no clear change of cost ($2.00 less to $4.00 more a day), at 4,000 requests a day; 50 % of them priced'
    """
    if cost.usd_per_day is None or not math.isfinite(cost.usd_per_day):
        return "cost unknown: no price is known for these requests"
    priced = f"; {percent(cost.priced_share)} of them priced" if cost.priced_share < 1 else ""
    amount = _amount(cost.usd_per_day, cost.low, cost.high)
    return f"{amount}, at {number(cost.requests_per_day)} requests a day{priced}"


def part_words(part: Part, quote: Callable[[str], str]) -> str:
    """A line: which part, how many requests, its size."""
    what = f"{part.dimension} {quote(part.name)}" if part.name else f"no {part.dimension}"
    size = part.effect
    effect = f", {effect_size(size.name, size.value, size.low, size.high)}" if size else ""
    return f"{what}: {requests(part.requests)}{effect}"


def _narrow(change: Change) -> bool:
    limit = NARROW_DIFFERENCE if change.effect.name == "risk_difference" else NARROW_DELTA
    return -limit <= change.effect.low <= change.effect.high <= limit


def _said_to_move(signal: str, because: Sequence[str]) -> bool:
    field = signal.removesuffix("_s").removesuffix("_usd").replace("_", " ")
    moves = re.compile(rf"\b(?:{re.escape(signal_name(signal))}|{re.escape(field)})(?: rate)? (?:rose|fell)\b")
    return any(moves.search(reason) for reason in because)


def _amount(expected: float, low: float | None, high: float | None) -> str:
    if low is None or high is None:
        return f"about {_usd(expected)} a day {_way(expected)}"
    if low < 0 < high:
        return f"no clear change of cost ({_usd(low)} less to {_usd(high)} more a day)"
    least, most = sorted((abs(low), abs(high)))
    return f"about {_usd(expected)} a day {_way(expected)} ({_usd(least)} to {_usd(most)})"


def _usd(amount: float) -> str:
    return f"${rough_money(amount)}"


def _way(amount: float) -> str:
    return "less" if amount < 0 else "more"
