"""A notice as a mail: plain text, and HTML of the same words. Later notices answer the first one."""

import hashlib
from email.message import EmailMessage
from html import escape

from coagent.deliver.neutral import inert
from coagent.deliver.plain_text import text, title
from coagent.deliver.rich_text import Block, Span, blocks
from coagent.deliver.stages import SEVERITIES, cells, headline, reply_lines, rows
from coagent.domain.notice import Notice

TAGS = {"strong": "b", "code": "code"}


def mail(notice: Notice, sender: str, recipients: list[str]) -> EmailMessage:
    """Its Message-ID follows from conversation and revision: a mail sent twice is shown once by most readers."""
    message = EmailMessage()
    message["From"], message["To"] = sender, ", ".join(recipients)
    message["Subject"] = title(notice)
    message["Date"] = notice.at
    message["Message-ID"] = _id(notice, sender, notice.revision)
    if notice.revision > 1:
        message["In-Reply-To"] = message["References"] = _id(notice, sender, 1)
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(text(notice))
    message.add_alternative(html(notice), subtype="html")
    return message


def html(notice: Notice) -> str:
    """Without links, pictures and scripts."""
    news = "".join(f"<li>{_shown(line)}</li>" for line in reply_lines(notice))
    fields = "".join(f"<tr><td>{_shown(one.name)}</td><td>{_shown(one.value)}</td></tr>" for one in notice.fields)
    parts = [
        f"<h2>{escape(title(notice))}</h2>",
        f"<p><b>{_shown(SEVERITIES[notice.severity])}</b> · {_shown(headline(notice))}</p>",
        f"<ul>{news}</ul>" if news else "",
        f"<table>{fields}</table>" if fields else "",
        *(_block(block) for block in blocks(notice.text)),
        _table(notice),
    ]
    return f'<!doctype html><html><head><meta charset="utf-8"></head><body>{"".join(parts)}</body></html>'


def _shown(text: str) -> str:
    """Mail readers make links of bare addresses."""
    return escape(inert(text))


def _id(notice: Notice, sender: str, revision: int) -> str:
    digest = hashlib.blake2b(f"{notice.conversation}:{revision}".encode(), digest_size=12).hexdigest()
    domain = sender.rpartition("@")[2].strip("> ") or "coagent.invalid"
    return f"<coagent.{digest}@{domain}>"


def _block(block: Block) -> str:
    lines = ["".join(_span(span) for span in line) for line in block.lines]
    if block.bullets:
        return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"
    return "".join(f"<p>{line}</p>" for line in lines)


def _span(span: Span) -> str:
    tag = TAGS.get(span.style)
    return f"<{tag}>{_shown(span.text)}</{tag}>" if tag else _shown(span.text)


def _table(notice: Notice) -> str:
    shown, more = rows(notice)
    if not shown:
        return ""
    lines = "".join(f"<tr>{''.join(f'<td>{_shown(cell)}</td>' for cell in cells(one))}</tr>" for one in shown)
    return f"<table>{lines}</table>" + (f"<p>and {more} more</p>" if more else "")
