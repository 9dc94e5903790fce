"""A brief on a terminal, and as JSON."""

import re
from collections.abc import Sequence

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.brief.brief import Brief
from coagent.domain.brief import BriefFacts
from coagent.entrypoints.terminal.wording import plain

SPAN = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*")


def brief_view(brief: Brief) -> Group:
    """The title, then each section with its lines."""
    parts: list[RenderableType] = [Text(plain(brief.title, 200), "bold")]
    if brief.is_quiet:
        parts.append(Text("No action needed.", "dim"))
    for section in brief.sections:
        parts += [Text(), Text(section.heading, "bold cyan")]
        parts.append(_points(section.lines))
    return Group(*parts)


def _points(lines: Sequence[str]) -> RenderableType:
    """What wraps stands under its own beginning."""
    grid = Table.grid(padding=(0, 1))
    for line in lines:
        grid.add_row(" •", _line(line))
    return grid


def brief_json(brief: Brief, facts: BriefFacts) -> str:
    """`title`, `is_quiet`, `sections` and the `facts` behind them; amounts are strings, so that no digit is lost."""
    content = {"title": brief.title, "is_quiet": brief.is_quiet, "sections": brief.sections, "facts": facts}
    return msgspec.json.encode(content).decode()


def _line(line: str) -> Text:
    text, end = Text(), 0
    for found in SPAN.finditer(line):
        text.append(plain(line[end : found.start()], 1000) if end < found.start() else "")
        text.append(plain(found[1] or found[2], 1000), "green" if found[1] else "bold red")
        end = found.end()
    return text.append(plain(line[end:], 1000) if end < len(line) else "")
