"""Whether a change is worse or better for those who use the answers."""

from collections.abc import Iterable

from coagent.confirm.compare.effects import excludes_zero
from coagent.confirm.compare.tails import Tail
from coagent.domain.shift import Direction, Effect
from coagent.domain.signal import Signal

ANSWERS = frozenset(
    {
        "output_tokens",
        "reasoning_tokens",
        "output_chars_per_token",
        "input_chars_per_token",
        "mean_logprob",
        "refusal",
        "tool_call",
    }
)
"""Signals of the answers themselves: away from what hurts they are unlike before, which is not better."""


def signal_direction(signal: Signal, effect: Effect | None, tail: Tail | None, alarmed: int = 0) -> Direction:
    """Of a signal that moved, by the sign of its `effect`, or by the side of its tail where the middle did not move, or
    by the direction in which it alarmed (+1 up, -1 down) where the rows kept show neither.
    """
    way = _way(effect, tail) or alarmed
    if way == 0 or signal.harmful == 0 or effect is None:
        return "neither"
    if way == signal.harmful:
        return "worse"
    return "neither" if signal.name in ANSWERS else "better"


def _way(effect: Effect | None, tail: Tail | None) -> int:
    """+1 up, -1 down, 0 unknown."""
    if effect is not None and excludes_zero(effect):
        return 1 if effect.value > 0 else -1
    if tail is None or tail.low <= 0:
        return 0
    return 1 if tail.above > tail.share / 2 else -1


def overall_direction(moved: Iterable[tuple[str, Direction]]) -> Direction:
    """Of a change, from the names and directions of the signals that moved. `mixed`: some better, others worse or
    answers unlike before.
    """
    signals = list(moved)
    ways = {way for _, way in signals}
    unlike = any(name in ANSWERS and way == "neither" for name, way in signals)
    if "better" in ways:
        return "mixed" if "worse" in ways or unlike else "better"
    return "worse" if "worse" in ways else "neither"
