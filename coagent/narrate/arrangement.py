"""What a narrator chooses: which claims, in which order, under which headings, joined by which words. No text."""

from typing import Literal

import msgspec

from coagent.narrate.claim import Heading

Link = Literal["", "also", "but", "because"]
"""Every connective there is. `because` joins a reason to the claim before it that the reason supports; `but` joins what
changed and what did not.
"""

PARAGRAPHS = 10
LINES = 24


class Line(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A claim, and the connective between it and the line before."""

    claim: str
    link: Link = ""


class Paragraph(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`heading` empty: plain prose."""

    lines: list[Line]
    heading: Heading = ""


class Arrangement(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`headline` and `next` name claims too; `next` ends the text, in this order."""

    headline: str
    paragraphs: list[Paragraph]
    next: list[str]
