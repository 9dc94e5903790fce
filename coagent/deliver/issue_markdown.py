"""A notice as an issue in Markdown (GitHub, GitLab, a folder of files). The marker in the body is hidden and says whose
issue it is.
"""

from coagent.deliver.neutral import cut, inert, markdown, markdown_code, visible
from coagent.deliver.rich_text import Block, Span, blocks
from coagent.deliver.stages import SEVERITIES, cells, headline, reply_lines, rows
from coagent.domain.notice import Notice

TITLE_CHARS = 250
"""GitHub takes 256, GitLab 255."""
BODY_CHARS = 60_000
"""GitHub takes 65,536 characters."""


def title(notice: Notice) -> str:
    """One line; titles are not Markdown, but a mention in them would still notify."""
    return cut(inert(visible(notice.title)), TITLE_CHARS) or "coagent"


def body(notice: Notice, answers: str | None = None) -> str:
    """The conversation as it is now. `answers`: how to answer, where that is not by a comment."""
    parts = [
        _status(notice),
        _fields(notice),
        *(_block(block) for block in blocks(notice.text)),
        _table(notice),
        comments(notice) if answers is None else answers,
    ]
    return _ended("\n\n".join(part for part in parts if part), marker(notice.conversation))


def comment(notice: Notice) -> str:
    """What is new."""
    lines = [f"- {markdown(line)}" for line in reply_lines(notice)]
    parts = [f"**{markdown(headline(notice))}**", "\n".join(lines)]
    return _ended("\n\n".join(part for part in parts if part), marker(notice.conversation, notice.revision))


def marker(conversation: str, revision: int | None = None) -> str:
    """By it an issue, or the comment of one revision, is found again after a crash.

    >>> marker("0f3a", 3)
    '<!-- coagent:0f3a:3 -->'
    """
    known = "".join(char for char in conversation if char.isalnum() or char in "-_.")
    return f"<!-- coagent:{known}{'' if revision is None else f':{revision}'} -->"


def _ended(text: str, end: str) -> str:
    return f"{cut(text, BODY_CHARS - len(end) - 2)}\n\n{end}"


def _status(notice: Notice) -> str:
    return f"**{markdown(SEVERITIES[notice.severity])}** · {markdown(headline(notice))}"


def _fields(notice: Notice) -> str:
    if not notice.fields:
        return ""
    lines = [f"| {_cell(field.name)} | {_cell(field.value)} |" for field in notice.fields]
    return "\n".join(["| | |", "|---|---|", *lines])


def _cell(text: str) -> str:
    return markdown(text) or " "


def _block(block: Block) -> str:
    mark = "- " if block.bullets else ""
    return "\n".join(mark + "".join(_span(span) for span in line).strip() for line in block.lines)


def _span(span: Span) -> str:
    if span.style == "code":
        return markdown_code(span.text)
    before, after = (" " * (text != span.text) for text in (span.text.lstrip(), span.text.rstrip()))
    written = markdown(span.text)
    if span.style == "strong" and written:
        written = f"**{written}**"
    return f"{before}{written}{after}" if written else before or after


def _table(notice: Notice) -> str:
    shown, more = rows(notice)
    if not shown:
        return ""
    lines = [f"| {' | '.join(_cell(cell) for cell in cells(member))} |" for member in shown]
    return "\n".join(["| Service | Where | What | Status |", "|---|---|---|---|", *lines]) + (
        f"\n\nand {more} more" if more else ""
    )


def commands(notice: Notice) -> str:
    """How to answer where nobody can comment: the commands, one a line."""
    if not notice.actions or notice.insight is None:
        return ""
    group = "opportunities " if notice.insight.kind == "opportunity" else ""
    named = notice.insight.subject_id
    lines = ["- " + markdown_code(f"coagent {group}{kind} {named} --reason '…'") for kind in notice.actions]
    return "\n".join(["Answer by one of", "", *lines])


def comments(notice: Notice) -> str:
    """How to answer in a tracker."""
    if not notice.actions:
        return ""
    words = ", ".join(f"`/coagent {kind}`" for kind in notice.actions)
    return f"Answer with a comment that begins with one of {words}; what follows it is kept as the reason."
