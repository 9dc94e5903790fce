"""Whether a draft says only what facts say: every figure, date, name, direction and checkable word.

What this cannot see: a claim in plain words that names nothing checkable. `left_out` asks for what a draft has to
say, and whatever fails goes to the deterministic narrator: strict is cheap here.
"""

import re
import unicodedata
from collections.abc import Iterator

from coagent.domain.insight import Fact
from coagent.narrate.check_figures import wrong_dates, wrong_figures, wrong_ranges, wrong_words
from coagent.narrate.check_names import outside, repeated_telemetry, unknown_names, unknown_words
from coagent.narrate.check_signals import unknown_signals, wrong_directions
from coagent.narrate.draft import TEXT_CHARS, TITLE_CHARS, Draft
from coagent.narrate.grounds import BLANK, Grounds, grounds_of
from coagent.narrate.telemetry_text import may_stand_bare

_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ue000-\uf8ff]")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")
_CHECKS = (
    outside,
    repeated_telemetry,
    unknown_signals,
    wrong_directions,
    wrong_dates,
    wrong_figures,
    wrong_ranges,
    wrong_words,
    unknown_names,
    unknown_words,
)


def ungrounded(draft: Draft, facts: list[Fact]) -> list[str]:
    """What no fact backs, one reason each; empty for a draft that may go out."""
    grounds = grounds_of(facts)
    return [
        *_too_long(draft),
        *(reason for claim in _claims(draft, grounds) for check in _CHECKS for reason in check(claim, grounds)),
    ]


def normalized(text: str) -> str:
    """One form for what looks alike; nothing invisible stays."""
    return unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))


def _too_long(draft: Draft) -> Iterator[str]:
    for what, text, limit in (("title", draft.title, TITLE_CHARS), ("text", draft.text, TEXT_CHARS)):
        if len(text) > limit:
            yield f"the {what} is longer than {limit} characters"


def _claims(draft: Draft, grounds: Grounds) -> Iterator[str]:
    """Sentences, with all that repeats a fact word for word taken out."""
    whole = _without_quotations(normalized(f"{draft.title}\n{draft.text}"), grounds)
    for line in whole.splitlines():
        yield from (claim for claim in _SENTENCE_END.split(line) if claim.strip())


def _without_quotations(text: str, grounds: Grounds) -> str:
    """The text less the fact sentences, the quoted names and the names that are identifiers."""
    quoted = [f"{left}{name}{right}" for name in grounds.names for left, right in ("``", '""', "“”")]
    bare = [name for name in grounds.names if may_stand_bare(name) and not name.isalpha()]
    for known in sorted({*grounds.sentences, *quoted, *bare}, key=len, reverse=True):
        pattern = rf"(?<![\w'-])(?<!\w[.,]){re.escape(normalized(known))}(?![\w-]|[.,]\w)"
        text = re.sub(pattern, BLANK, text, flags=re.IGNORECASE)
    return text
