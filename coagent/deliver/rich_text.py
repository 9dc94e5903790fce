"""An insight's text as blocks: paragraphs and lists of plain, strong and code spans. Nothing else is formatting."""

import re
from typing import Literal

import msgspec

from coagent.deliver.neutral import visible

Style = Literal["plain", "strong", "code"]

_SPAN = re.compile(r"`([^`\n]+)`|\*\*([^*\n]+)\*\*")
_BULLET = re.compile(r"[-*] +")


class Span(msgspec.Struct, frozen=True):
    """Printable characters on one line, never to be read as markup."""

    text: str
    style: Style = "plain"


class Block(msgspec.Struct, frozen=True):
    """A paragraph (one line) or the items of a list."""

    lines: list[list[Span]]
    bullets: bool = False


def blocks(text: str) -> list[Block]:
    """In order. A list ends at the first line that is no item."""
    found: list[Block] = []
    for line in text.split("\n"):
        bullet = _BULLET.match(line)
        spans = _spans(line[bullet.end() :] if bullet else line)
        if not spans:
            continue
        if bullet and found and found[-1].bullets:
            found[-1].lines.append(spans)
        else:
            found.append(Block([spans], bullets=bullet is not None))
    return found


def _spans(line: str) -> list[Span]:
    spans, end = [], 0
    for match in _SPAN.finditer(line):
        spans += [Span(line[end : match.start()]), Span(match[1], "code") if match[1] else Span(match[2], "strong")]
        end = match.end()
    spans.append(Span(line[end:]))
    shown = [Span(_spaced(span.text), span.style) for span in spans]
    return shown if any(span.text.strip() for span in shown) else []


def _spaced(text: str) -> str:
    """`visible`, with the spaces at both ends that part it from its neighbours."""
    core = visible(text)
    if not core:
        return " " if text else ""
    return f"{' ' if text[0].isspace() else ''}{core}{' ' if text[-1].isspace() else ''}"
