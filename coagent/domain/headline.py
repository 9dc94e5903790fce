"""What to say first of a change: the signal that means most to people, and in which words."""

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

from coagent.domain.number_format import figure, from_to, signed
from coagent.domain.shift import Cause, CauseKind, Effect, Summary
from coagent.domain.signal import BY_NAME
from coagent.domain.vocabulary import CAUSE_TITLE, EASED_TITLE, EFFECT, EITHER_TITLE, SIGNAL, signal_name


class Change(Protocol):
    """A signal before and after: `SignalChange`, `SignalReport`."""

    @property
    def name(self) -> str: ...
    @property
    def before(self) -> Summary: ...
    @property
    def after(self) -> Summary: ...
    @property
    def effect(self) -> Effect: ...
    @property
    def moved(self) -> bool: ...


AnyChange = TypeVar("AnyChange", bound=Change)

RATIO: Mapping[str, float] = {
    "unit_price_usd": 1.02,
    **dict.fromkeys(("output_tokens", "reasoning_tokens", "input_length", "max_tokens"), 1.25),
    **dict.fromkeys(("duration_s", "time_to_first_token_s", "time_per_output_token_s"), 1.25),
    **dict.fromkeys(("output_chars_per_token", "input_chars_per_token"), 1.1),
    "first_token_over_pace": 1.5,
}
DIFFERENCE: Mapping[str, float] = {
    **dict.fromkeys(("error", "refusal", "empty", "schema_invalid"), 0.02),
    **dict.fromkeys(("truncation", "fallback", "quality_score"), 0.05),
    **dict.fromkeys(("tool_call", "cached_input_share", "stream"), 0.1),
    "mean_logprob": 0.3,
    "temperature": 0.2,
}
"""From which ratio or difference of the medians on people notice: convention, one unit of the score each."""

MEDIUM_DELTA = 0.5
"""Cliff's delta that counts as one such unit, where the medians show less or are ranks: convention."""
TECHNICAL = ("first_token_over_pace", "output_chars_per_token", "input_chars_per_token", "mean_logprob")
"""Evidence of a cause rather than anything that users see: counts half."""
LENGTHS = ("output_tokens", "reasoning_tokens")
FOLLOW_LENGTH = ("duration_s", "time_per_output_token_s", "first_token_over_pace", "truncation")
"""Beside a change of length these count half: they may be its consequence."""
REQUEST_MIX = ("input_length", "max_tokens", "temperature", "stream")
SPEED = ("time_to_first_token_s", "time_per_output_token_s", "duration_s")
ABOUT: Mapping[CauseKind, tuple[str, ...]] = {
    "price": ("unit_price_usd",),
    "policy": ("refusal",),
    "truncation": ("truncation",),
    "capacity": (*SPEED, "error", "fallback"),
    "traffic_mix": REQUEST_MIX,
}
"""What a cause is about counts twice."""


def by_weight(signals: Iterable[AnyChange], kind: CauseKind) -> list[AnyChange]:
    """Those that moved, the most important first; of equals the one listed first."""
    moved = [one for one in signals if one.moved]
    longer = any(one.name in LENGTHS for one in moved)
    return sorted(moved, key=lambda one: -_weight(one, kind, longer=longer))


def size_words(change: Change) -> str:
    """A clause with the size.

    >>> from coagent.domain.shift import SignalChange
    >>> size_words(SignalChange(name="output_tokens", unit="tokens", before=Summary(9, 181), after=Summary(9, 3),
    ...     effect=Effect("cliffs_delta", -0.9, -1, -0.8), p_value=None, q_value=None))
    'answers shrank from 181 to 3 tokens (−98 %)'
    """  # noqa: RUF002
    before, after, unit = change.before.median, change.after.median, _unit(change)
    name = signal_name(change.name)
    if not (math.isfinite(before) and math.isfinite(after)):
        return f"{name} changed"
    if figure(before, unit) == figure(after, unit):
        return f"{name} changed in a part of the requests, median unchanged at {figure(after, unit)}{_delta(change)}"
    words = SIGNAL.get(change.name)
    clause = f"{name} changed" if words is None else words.up if after > before else words.down
    return f"{clause} {from_to(before, after, unit)}"


def headline(signals: Sequence[Change], cause: Cause) -> str | None:
    """The most important signal in words, with its size; None where none moved."""
    return next((size_words(one) for one in by_weight(signals, cause.kind)), None)


def cause_title(signals: Iterable[Change], cause: Cause) -> str:
    """By the direction of its most important signal: what sped up is never called slow."""
    about = by_weight((one for one in signals if one.name in ABOUT.get(cause.kind, ())), cause.kind)
    if cause.kind not in EASED_TITLE or (about and _rose(about[0])):
        return CAUSE_TITLE[cause.kind]
    eased = bool(about) and all(_rose(one) is False for one in about)
    return EASED_TITLE[cause.kind] if eased else EITHER_TITLE[cause.kind]


def _weight(change: Change, kind: CauseKind, *, longer: bool) -> float:
    factor = 1.0
    if change.name in TECHNICAL or (longer and change.name in FOLLOW_LENGTH):
        factor = 0.5
    if change.name in REQUEST_MIX and kind != "traffic_mix":
        factor = 0.25
    if change.name in ABOUT.get(kind, ()):
        factor *= 2
    return _noticed(change) * (1 + _certainty(change.effect)) * factor


def _noticed(change: Change) -> float:
    """The change in units of what people notice."""
    before, after = change.before.median, change.after.median
    known = math.isfinite(before) and math.isfinite(after) and _unit(change) != "rank"
    size = 0.0
    if known and change.name in RATIO and before > 0 and after > 0:
        size = abs(math.log(after) - math.log(before)) / math.log(RATIO[change.name])
    elif known and change.name in DIFFERENCE:
        size = abs(after - before) / DIFFERENCE[change.name]
    delta = abs(change.effect.value) if change.effect.name == "cliffs_delta" else 0.0
    return max(size, delta / MEDIUM_DELTA if math.isfinite(delta) else 0.0)


def _certainty(effect: Effect) -> float:
    """The smallest size within the interval as a share of the size: 0 to 1."""
    least = max(effect.low, -effect.high, 0.0)
    return min(1.0, least / abs(effect.value)) if effect.value and math.isfinite(least / effect.value) else 0.0


def _rose(change: Change) -> bool | None:
    """None where it is not known."""
    size = change.after.median - change.before.median
    size = size if math.isfinite(size) and size else change.effect.value
    return size > 0 if math.isfinite(size) and size else None


def _delta(change: Change) -> str:
    effect = change.effect
    if effect.name != "cliffs_delta" or not math.isfinite(effect.value):
        return ""
    return f" ({EFFECT[effect.name]} {signed(effect.value)})"


def _unit(change: Change) -> str:
    """Of a change in ranks that of ranks, else the signal's own."""
    known = BY_NAME.get(change.name)
    return getattr(change, "unit", "") or (known.unit if known else "")
