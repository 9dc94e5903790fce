"""A notice as Slack messages: Block Kit for the root, a reply for what is new.

Limits are those of the Block Kit reference: 50 blocks, a header of 150 characters, a section of 3,000, 10 fields of
2,000, 25 actions. Text stands in `rich_text` and `plain_text` alone, where Slack reads no mentions and no links.
"""

from typing import Any

import msgspec

from coagent.deliver.neutral import cut, slack, visible
from coagent.deliver.rich_text import Block, Span, blocks
from coagent.deliver.stages import BUTTONS, SEVERITIES, cells, headline, reply_lines, rows
from coagent.domain.insight import Kind
from coagent.domain.notice import Notice

HEADER, FIELDS, FIELD, RICH, BLOCKS, FALLBACK = 150, 10, 300, 3000, 40, 3000
CHARS = 11_000
"""All blocks as JSON, in bytes: Slack was seen to answer msg_blocks_too_long from about 13,000 on (bolt-js #2509)."""
VIEWS: dict[Kind, str] = {
    "shift": "insights.shifts",
    "opportunity": "insights.opportunities",
    "silence": "insights.gaps",
    "verdict": "insights.verdicts",
    "burn": "insights.slo_status",
    "probe": "insights.probes",
    "quality": "insights.quality_changes",
}
"""Where more is to be read of an insight: its text, or the figures behind it."""
EVENT = "coagent_notice"
"""`event_type` of the metadata by which a message is found again."""

Json = dict[str, Any]


def root(notice: Notice) -> Json:
    """The message of the conversation, as it is now; arguments of `chat.postMessage` and `chat.update`."""
    body = [part for block in blocks(notice.text) for part in _rich(block)]
    parts = [
        {"type": "header", "text": _plain(cut(visible(notice.title), HEADER) or "coagent")},
        _context(f"{SEVERITIES[notice.severity]} · {headline(notice)}"),
        *_fields(notice),
        *body,
        *_table(notice),
        *_buttons(notice),
    ]
    return {
        "text": _fallback(notice.title),
        "blocks": _limited(parts, _cut_here(notice)),
        "metadata": metadata(notice, "root"),
    }


def reply(notice: Notice) -> Json:
    """What is new, for the thread."""
    lines = reply_lines(notice)
    items = [_rich_block([_list(_elements([Span(cut(line, RICH - 1))]) for line in lines)])] if lines else []
    return {
        "text": _fallback(headline(notice)),
        "blocks": [_rich_block([_section([Span(headline(notice), "strong")])]), *items],
        "metadata": metadata(notice, "reply"),
    }


def metadata(notice: Notice, part: str) -> Json:
    """How this message is known again after a crash."""
    payload = {"conversation": notice.conversation, "revision": notice.revision, "part": part}
    return {"event_type": EVENT, "event_payload": payload}


def _fallback(text: str) -> str:
    return cut(slack(text), FALLBACK) or "coagent"


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}


def _context(text: str) -> Json:
    return {"type": "context", "elements": [_plain(text)]}


def _fields(notice: Notice) -> list[Json]:
    texts = [cut(f"{visible(field.name)}: {visible(field.value)}", FIELD) for field in notice.fields[:FIELDS]]
    return [{"type": "section", "fields": [_plain(text) for text in texts]}] if texts else []


def _rich(block: Block) -> list[Json]:
    """As many `rich_text` blocks as its length needs."""
    if not block.bullets:
        return [_rich_block([_section(line)]) for line in block.lines]
    found: list[list[list[Span]]] = [[]]
    chars = 0
    for line in block.lines:
        length = sum(len(span.text) for span in line)
        if found[-1] and chars + length > RICH:
            found.append([])
            chars = 0
        found[-1].append(line)
        chars += length
    return [_rich_block([_list(_elements(line) for line in lines)]) for lines in found]


def _rich_block(elements: list[Json]) -> Json:
    return {"type": "rich_text", "elements": elements}


def _section(line: list[Span]) -> Json:
    return {"type": "rich_text_section", "elements": _elements(line)}


def _list(items: Any) -> Json:
    sections = [{"type": "rich_text_section", "elements": item} for item in items]
    return {"type": "rich_text_list", "style": "bullet", "elements": sections}


def _elements(line: list[Span]) -> list[Json]:
    elements, left = [], RICH
    for span in line:
        text = cut(span.text, left) if left > 1 else ""
        left -= len(text)
        if text:
            style = {"strong": {"bold": True}, "code": {"code": True}}.get(span.style)
            elements.append({"type": "text", "text": text, **({"style": style} if style else {})})
    return elements


def _table(notice: Notice) -> list[Json]:
    shown, more = rows(notice)
    if not shown:
        return []
    lines = [" | ".join(cells(member)) for member in shown] + ([f"and {more} more"] if more else [])
    text = cut("\n".join(lines), RICH)
    return [_rich_block([{"type": "rich_text_preformatted", "elements": [{"type": "text", "text": text}]}])]


def _buttons(notice: Notice) -> list[Json]:
    buttons = [
        {
            "type": "button",
            "action_id": f"coagent.{kind}",
            "text": _plain(BUTTONS[kind]),
            "value": notice.conversation,
        }
        for kind in notice.actions
    ]
    return [{"type": "actions", "block_id": "coagent", "elements": buttons}] if buttons else []


def _cut_here(notice: Notice) -> str:
    view = VIEWS.get(notice.insight.kind) if notice.insight else None
    return "Cut here: too long for Slack." + (f" More in {view}." if view else "")


def _limited(parts: list[Json], cut_here: str) -> list[Json]:
    """The first blocks that fit, and the buttons whatever else is left out."""
    buttons = [part for part in parts if part["type"] == "actions"]
    others = [part for part in parts if part["type"] != "actions"]
    kept: list[Json] = []
    left = CHARS - len(msgspec.json.encode(buttons))
    for part in others:
        left -= len(msgspec.json.encode(part))
        if left < 0 or len(kept) >= BLOCKS - len(buttons) - 1:
            return [*kept, _context(cut_here), *buttons]
        kept.append(part)
    return [*kept, *buttons]
