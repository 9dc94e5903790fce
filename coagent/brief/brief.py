"""A brief out of its facts: sections in the order of what matters, those without content left out."""

from collections.abc import Iterable

import msgspec

from coagent.brief.changes import change_lines
from coagent.brief.decisions import decision_lines
from coagent.brief.money import cost_lines, saving_lines
from coagent.brief.waiting import waiting_lines
from coagent.domain.brief import BriefFacts
from coagent.domain.number_format import duration, requests

LINES = 10
"""Of a section: what is beyond is counted. A brief is read in a minute."""


class Section(msgspec.Struct, frozen=True):
    """Lines are text with `**strong**` and `code` spans."""

    heading: str
    lines: list[str]


class Brief(msgspec.Struct, frozen=True):
    """`is_quiet`: nothing changed, was decided, was saved or waits."""

    title: str
    sections: list[Section]
    is_quiet: bool

    @property
    def text(self) -> str:
        """Markdown: a strong heading and a list for each section."""
        return "\n\n".join(_section_text(section) for section in self.sections)


def write_brief(facts: BriefFacts) -> Brief:
    """Costs alone are no news: they stand in a brief that has some."""
    changed = change_lines(facts)
    waits = waiting_lines(facts)
    decided, saved = decision_lines(facts), saving_lines(facts)
    sections = {
        "What changed": changed,
        "What it cost": cost_lines(facts),
        "What was decided": decided,
        "What was saved": saved,
        "What waits": waits,
    }
    news = any((changed, waits, decided, saved))
    shown = [Section(heading, _cut(lines)) for heading, lines in sections.items() if lines] if news else []
    return Brief(_title(facts, len(changed)), shown, not news)


def _title(facts: BriefFacts, changes: int) -> str:
    span = duration(facts.until - facts.since).replace(".0 ", " ")
    seen = requests(facts.traffic.requests)
    what = "no change" if not changes else f"{changes} change{'' if changes == 1 else 's'}"
    return f"Last {span}: {what} in {seen}"


def _cut(lines: list[str]) -> list[str]:
    more = len(lines) - LINES
    return lines if more <= 0 else [*lines[:LINES], f"and {more} more"]


def _section_text(section: Section) -> str:
    return "\n".join(_items(section))


def _items(section: Section) -> Iterable[str]:
    yield f"**{section.heading}**"
    yield from (f"- {line}" for line in section.lines)
