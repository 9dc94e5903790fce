"""Where a text speaks of a signal, by its name or as people say it."""

import re
from collections.abc import Iterable

import msgspec

from coagent.domain.signal import BY_NAME
from coagent.domain.vocabulary import SHARED, SIGNAL
from coagent.narrate.grounds import blanked


class Mention(msgspec.Struct, frozen=True):
    """`signals` are those that may be meant."""

    start: int
    end: int
    signals: tuple[str, ...]


_FIELD_NAMES = sorted((name for name in BY_NAME if "_" in name), key=len, reverse=True)
_SPOKEN = sorted(SIGNAL, key=lambda name: len(SIGNAL[name].name), reverse=True)
_WORDS: list[tuple[str, tuple[str, ...]]] = [
    *((SIGNAL[name].name, (name,)) for name in _SPOKEN),
    *((SIGNAL[name].also, (name,)) for name in _SPOKEN),
    *SHARED.items(),
]
_PATTERNS = [
    *((re.compile(rf"\b{name}\b"), (name,)) for name in _FIELD_NAMES),
    *((re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE), signals) for pattern, signals in _WORDS),
]
"""Field names, names, other words; the longest first."""


def mentions(text: str) -> list[Mention]:
    """All mentions, none within another; `time per output token` is no mention of output tokens."""
    found: list[Mention] = []
    for pattern, signals in _PATTERNS:
        for match in pattern.finditer(text):
            if not any(match.start() < known.end and known.start < match.end() for known in found):
                found.append(Mention(*match.span(), signals))
    return found


def without_mentions(text: str) -> str:
    return blanked(text, mentions(text))


def signals_meant(text: str, known: Iterable[str]) -> set[str]:
    """Those of the known signals that the text may speak of."""
    return {signal for mention in mentions(text) for signal in mention.signals} & set(known)
