"""Which signals moved, and which stood still."""

from collections.abc import Mapping

from coagent.confirm.finding import Finding
from coagent.confirm.given_length import FOLLOWERS
from coagent.confirm.reading import FULL_DELTA, Reading, excludes_zero
from coagent.confirm.wording import moved, names

LENGTHS = ("output_tokens", "reasoning_tokens")
BY_SIGNAL: dict[str, tuple[str, ...]] = {
    "price": ("unit_price_usd",),
    "tokenizer": ("input_chars_per_token",),
    "text": ("output_chars_per_token",),
    "logprob": ("mean_logprob",),
    "pace": ("time_per_output_token_s", "duration_s"),
    "first_token": ("time_to_first_token_s",),
    "length": LENGTHS,
    "refusal": ("refusal",),
    "truncation": ("truncation",),
    "failure": ("error", "fallback"),
    "form": ("tool_call", "empty", "schema_invalid", "quality_score"),
    "caching": ("cached_input_share",),
}
"""Which signals, moving, make which finding."""

STILL: dict[str, tuple[str, ...]] = {
    "answer_still": (*LENGTHS, "output_chars_per_token", "mean_logprob", "refusal", "tool_call"),
    "speed_still": ("time_per_output_token_s", "time_to_first_token_s"),
}
"""Which signals, all those of them that are known standing still, make which finding."""

UNMATCHED = 0.5
"""What a follower of the answers' length counts for where no rows of like length tell more."""


def moved_findings(read: Mapping[str, Reading]) -> list[Finding]:
    """One for each group of signals in which one moved by itself."""
    length_moved = any(name in read and read[name].moved for name in LENGTHS)
    found = []
    for finding, signals in BY_SIGNAL.items():
        rated = [(own_strength(read[name], length_moved=length_moved), read[name]) for name in signals if name in read]
        strength, strongest = max(rated, key=lambda one: one[0], default=(0.0, None))
        if strongest and strength > 0:
            found.append(Finding(finding, strength, _text(strongest, length_moved=length_moved)))
    return found


def still_findings(read: Mapping[str, Reading]) -> list[Finding]:
    """What stood still is evidence too; it is as strong as the group's least known member lets it be."""
    groups = (("answer_still", "the answers stood still"), ("speed_still", "the speed stood still"))
    found = []
    for finding, text in groups:
        known = [read[name] for name in STILL[finding] if name in read]
        stillness = min((reading.stillness for reading in known), default=0.0)
        if stillness > 0:
            found.append(Finding(finding, stillness, f"{text} ({names(known)})"))
    return found


def own_strength(reading: Reading, *, length_moved: bool) -> float:
    """The strength that the answers' lengths do not explain."""
    if not (reading.moved and length_moved and reading.signal.name in FOLLOWERS):
        return reading.strength
    if reading.given_length is None:
        return UNMATCHED * reading.strength
    return min(1.0, abs(reading.given_length.value) / FULL_DELTA) if excludes_zero(reading.given_length) else 0.0


def _text(reading: Reading, *, length_moved: bool) -> str:
    given = reading.given_length
    if not length_moved or given is None or reading.signal.name not in FOLLOWERS:
        return moved(reading)
    return f"{moved(reading)}, among answers of like length {given.value:+.2f}"
