"""Holds every name and checkable word in a sentence against the facts."""

import re
from collections.abc import Iterator

from coagent.narrate.grounds import BLANK, IDENTIFIER, Grounds, blanked
from coagent.narrate.lexicon import ABBREVIATIONS, CAPITALIZED, CLAIMS, OUTSIDE, VENDORS
from coagent.narrate.mentions import without_mentions
from coagent.narrate.moments import moments
from coagent.narrate.telemetry_text import may_stand_bare

_SPAN = re.compile(r"`+[^`]*`+|\"[^\"]*\"|“[^”]*”")
_OPENING = re.compile(r"(?:^|[:|(#>•\"“-])[\s*_#]*$")
_CAPITAL = re.compile(r"(?<![\w'\u2019-])[A-Z][\w'\u2019-]*")
_OTHER_SCRIPT = re.compile(r"[^\W\d_\u0041-\u024f]+")
_RUN = 3


def outside(claim: str, _: Grounds) -> Iterator[str]:
    """Links, addresses, mentions, mark-up and letters of another script."""
    for match in (*OUTSIDE.finditer(claim), *_OTHER_SCRIPT.finditer(claim)):
        if match[0].lower() not in ABBREVIATIONS:
            yield f"no link, address, mark-up or foreign letter may stand in it: {match[0]}"


def repeated_telemetry(claim: str, grounds: Grounds) -> Iterator[str]:
    """Three words on end of a telemetry string, outside quotes: the draft may be obeying it."""
    said = f" {' '.join(_words(claim))} "
    for name in grounds.names:
        words = _words(name)
        runs = (f" {' '.join(words[i : i + _RUN])} " for i in range(len(words) - _RUN + 1))
        if not may_stand_bare(name) and any(run in said for run in runs):
            yield f'telemetry is repeated as text; quote it whole or leave it out: "{name}"'


def unknown_names(claim: str, grounds: Grounds) -> Iterator[str]:
    """Quoted names, identifiers and capitalized words that no fact holds."""
    text = without_mentions(claim)
    text = blanked(text, moments(text))
    quoted = [span.replace(BLANK, "…") for span in _SPAN.findall(text) if re.search(r"\w", span)]
    found = [match[0] for match in IDENTIFIER.finditer(text) if match[0].lower() not in grounds.backing]
    capitalized = [
        match[0]
        for match in _CAPITAL.finditer(text)
        if not _is_ordinary(match[0], grounds) and not _OPENING.search(text[: match.start()])
    ]
    yield from (f"no fact has this name: {name}" for name in (*quoted, *found, *capitalized))


def unknown_words(claim: str, grounds: Grounds) -> Iterator[str]:
    """Known vendors, causes, states and threats that no fact speaks of."""
    text = claim.lower()
    said = [word for word in re.findall(r"[a-z]+", text) if word in VENDORS - grounds.words - grounds.proper_names]
    said += [match[0] for match in CLAIMS.finditer(text) if match[0] not in grounds.backing]
    yield from (f"no fact speaks of it: {word}" for word in said)


def _is_ordinary(capitalized: str, grounds: Grounds) -> bool:
    word = capitalized.replace("\u2019", "'").lower()
    known = CAPITALIZED | grounds.words | grounds.proper_names
    return word in known or word.removesuffix("'s") in known


def _words(text: str) -> list[str]:
    """Words of two letters and more, in lower case."""
    return re.findall(r"[^\W\d_]{2,}", text.lower())
