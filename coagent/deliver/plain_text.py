"""A notice as plain text, for terminals, mail and channels that cannot format. Whatever reads it next, it mentions
nobody and links nowhere.
"""

from coagent.deliver.neutral import cut, inert, visible
from coagent.deliver.rich_text import Block, blocks
from coagent.deliver.stages import SEVERITIES, cells, headline, reply_lines, rows
from coagent.domain.notice import Notice

TITLE_CHARS = 200


def title(notice: Notice) -> str:
    """One line."""
    return cut(inert(visible(notice.title)), TITLE_CHARS)


def text(notice: Notice) -> str:
    """Headline, news, fields, text, table."""
    parts = [
        f"{SEVERITIES[notice.severity]} · {headline(notice)}",
        "\n".join(reply_lines(notice)),
        "\n".join(f"{visible(field.name)}: {visible(field.value)}" for field in notice.fields),
        *(_block(block) for block in blocks(notice.text)),
        _table(notice),
    ]
    return inert("\n\n".join(part for part in parts if part))


def _block(block: Block) -> str:
    mark = "- " if block.bullets else ""
    return "\n".join(mark + "".join(span.text for span in line).strip() for line in block.lines)


def _table(notice: Notice) -> str:
    shown, more = rows(notice)
    lines = [" | ".join(cells(member)) for member in shown]
    return "\n".join([*lines, *([f"and {more} more"] if more else [])])
