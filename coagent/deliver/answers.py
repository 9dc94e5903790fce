"""A person's answer in any channel becomes the same word."""

import hashlib
import re
from datetime import datetime
from typing import get_args

from coagent.domain.notice import Word, WordKind

COMMAND = re.compile(r"^\s*/coagent[ \t]+([a-z]+)[ \t]*(.{0,500})", re.DOTALL)
KINDS: tuple[WordKind, ...] = get_args(WordKind)
CLOSED_BY_HAND = "closed there by hand"
NAME_CHARS = 200
REASON_CHARS = 500


def command(text: str) -> tuple[WordKind, str] | None:
    """What a comment says to coagent, with the reason: the rest of its first line; None: it is not for coagent.

    >>> command("/coagent accept the new model is fine")
    ('accept', 'the new model is fine')
    """
    found = COMMAND.match(text)
    kind = next((one for one in KINDS if found and found[1] == one), None)
    if found is None or kind is None:
        return None
    return kind, found[2].strip().partition("\n")[0].strip()[:REASON_CHARS]


def word(source: str, kind: WordKind, conversation: str, *, by: str, via: str, at: datetime, reason: str = "") -> Word:
    """`source` names the event, so that one that comes twice is one word."""
    digest = hashlib.blake2b(f"{via}|{source}|{conversation}|{kind}".encode(), digest_size=16).hexdigest()
    return Word(
        id=digest,
        conversation=conversation,
        kind=kind,
        by=by[:NAME_CHARS],
        via=via,
        at=at,
        reason=reason[:REASON_CHARS],
    )
