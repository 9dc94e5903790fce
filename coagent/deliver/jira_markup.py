"""A notice in Jira's wiki markup, as its version 2 API takes it."""

from coagent.deliver.neutral import cut, inert, visible, wiki
from coagent.deliver.rich_text import Block, Span, blocks
from coagent.deliver.stages import SEVERITIES, cells, headline, reply_lines, rows
from coagent.domain.notice import Notice

SUMMARY_CHARS = 250
"""Jira takes 255."""
TEXT_CHARS = 32_000
"""Jira takes 32,767."""


def summary(notice: Notice) -> str:
    """One line."""
    return cut(inert(visible(notice.title)), SUMMARY_CHARS) or "coagent"


def description(notice: Notice) -> str:
    """The conversation as it is now."""
    parts = [
        f"*{wiki(SEVERITIES[notice.severity])}* · {wiki(headline(notice))}",
        "\n".join(f"|{wiki(field.name)} |{wiki(field.value)} |" for field in notice.fields),
        *(_block(block) for block in blocks(notice.text)),
        _table(notice),
    ]
    return cut("\n\n".join(part for part in parts if part), TEXT_CHARS)


def comment(notice: Notice) -> str:
    """What is new."""
    lines = [f"* {wiki(line)}" for line in reply_lines(notice)]
    return cut("\n".join([f"*{wiki(headline(notice))}*", *lines]), TEXT_CHARS)


def label(conversation: str) -> str:
    """By it a ticket is found again; labels have no spaces."""
    return "coagent-" + "".join(char for char in conversation if char.isalnum() or char in "-_.")


def _block(block: Block) -> str:
    mark = "* " if block.bullets else ""
    return "\n".join(mark + "".join(_span(span) for span in line).strip() for line in block.lines)


def _span(span: Span) -> str:
    text = wiki(span.text)
    if not text:
        return " "
    styled = {"code": f"{{{{{text}}}}}", "strong": f"*{text}*"}.get(span.style, text)
    before, after = (" " * (side != span.text) for side in (span.text.lstrip(), span.text.rstrip()))
    return f"{before}{styled}{after}"


def _table(notice: Notice) -> str:
    shown, more = rows(notice)
    if not shown:
        return ""
    lines = [f"|{'|'.join(f'{wiki(cell)} ' for cell in cells(member))}|" for member in shown]
    return "\n".join(["||Service||Where||What||Status||", *lines]) + (f"\n\nand {more} more" if more else "")
