"""Which signals moved, and which stood still."""

from collections.abc import Mapping

from coagent.confirm.cause.finding import Finding
from coagent.confirm.compare.length_adjusted import FOLLOWERS
from coagent.confirm.compare.signal_result import LENGTHS, Reading
from coagent.confirm.wording import moved, names
from coagent.domain.shift import Effect

BY_SIGNAL: dict[str, tuple[str, ...]] = {
    "price": ("unit_price_usd",),
    "tokenizer": ("input_chars_per_token",),
    "text": ("output_chars_per_token",),
    "logprob": ("mean_logprob",),
    "pace": ("time_per_output_token_s", "duration_s"),
    "first_token": ("time_to_first_token_s",),
    "shape": ("first_token_over_pace",),
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

REPLACED = (*LENGTHS, "output_chars_per_token")
UNLIKE = 0.8
"""Cliff's delta from which on answers are told to be unlike those before."""
FULL_LEAST = 0.4
"""Cliff's delta that is certain among answers of like length and counts in full."""
MANY_UNLIKE = 0.1
"""Share of answers of lengths never seen before from which on those of like length do not tell the whole story."""
UNMATCHED = 0.5
"""What a follower of the answers' length counts for where no rows of like length tell more."""


def moved_findings(read: Mapping[str, Reading]) -> list[Finding]:
    """One for each group of signals in which one moved by itself."""
    found = []
    for finding, signals in BY_SIGNAL.items():
        rated = [
            (own_strength(read[name], follows=_follows(read, name)), read[name]) for name in signals if name in read
        ]
        strength, strongest = max(rated, key=lambda one: one[0], default=(0.0, None))
        if strongest and strength > 0:
            found.append(Finding(finding, strength, _text(strongest, follows=_follows(read, strongest.signal.name))))
    return found


def replaced_findings(read: Mapping[str, Reading]) -> list[Finding]:
    """`replaced`: nearly all answers are unlike any before though the traffic stands still. Other questions seldom do
    that without another length of their own.
    """
    covariates = [reading for reading in read.values() if reading.signal.owner == "client"]
    stillness = min((reading.stillness for reading in covariates), default=0.0)
    found = [
        read[name] for name in REPLACED if name in read and read[name].moved and _least(read[name].effect) >= UNLIKE
    ]
    if not found or not stillness:
        return []
    return [Finding("replaced", stillness, f"nearly all answers are unlike any before in {names(found)}")]


def still_findings(read: Mapping[str, Reading]) -> list[Finding]:
    """What stood still is evidence too; it is as strong as the group's least known member lets it be."""
    groups = (("answer_still", "the answers stood still"), ("speed_still", "the speed stood still"))
    found = []
    for finding, text in groups:
        known = [read[name] for name in STILL[finding] if name in read]
        stillness = min((own_stillness(one, follows=_follows(read, one.signal.name)) for one in known), default=0.0)
        if stillness > 0:
            found.append(Finding(finding, stillness, f"{text} ({names(known)})"))
    return found


def _length_moved(read: Mapping[str, Reading]) -> bool:
    return any(name in read and read[name].moved for name in LENGTHS)


def own_strength(reading: Reading, *, follows: bool) -> float:
    """The strength that the answers' lengths do not explain."""
    if not (reading.moved and follows):
        return reading.strength
    given, unmatched = reading.given_length, UNMATCHED * reading.strength
    if given is None:
        return unmatched
    told = min(1.0, _least(given.effect) / FULL_LEAST)
    return max(told, unmatched) if given.unlike > MANY_UNLIKE else told


def own_stillness(reading: Reading, *, follows: bool) -> float:
    """How still it stood but for what the answers' lengths explain."""
    given = reading.given_length
    explained = given is not None and _least(given.effect) == 0 and given.unlike <= MANY_UNLIKE
    if given is None or not explained or not follows:
        return reading.stillness
    return max(reading.stillness, 1 - max(abs(given.effect.low), abs(given.effect.high)))


def _follows(read: Mapping[str, Reading], name: str) -> bool:
    """Whether the answers' length may be behind a signal's move: not where its own alarm came before theirs."""
    if name not in FOLLOWERS or not _length_moved(read):
        return False
    alarmed, lengths = read[name].alarmed, [read[one].alarmed for one in LENGTHS if one in read]
    return alarmed is None or any(one is not None and one.ordinal <= alarmed.ordinal for one in lengths)


def _least(effect: Effect) -> float:
    """The smallest size that the interval leaves possible."""
    return max(effect.low, -effect.high, 0.0)


def _text(reading: Reading, *, follows: bool) -> str:
    given = reading.given_length
    if given is None or not follows:
        return moved(reading)
    return f"{moved(reading)}, among answers of like length {given.effect.value:+.2f}"
