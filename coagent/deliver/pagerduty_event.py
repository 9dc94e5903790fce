"""A notice as an event of PagerDuty's Events API v2."""

from typing import Any, Literal

from coagent.deliver.neutral import cut, inert, visible
from coagent.deliver.plain_text import text
from coagent.deliver.stages import headline
from coagent.domain.notice import Notice, Severity

SUMMARY_CHARS = 1024
DETAILS_CHARS = 20_000
"""An event may have 512 KB; people read less."""
SEVERITIES: dict[Severity, str] = {"page": "critical", "warning": "warning", "info": "info"}


def action(notice: Notice) -> Literal["trigger", "acknowledge", "resolve"]:
    """PagerDuty knows three; a snooze counts as an acknowledgement."""
    if notice.over:
        return "resolve"
    return "acknowledge" if notice.stage in ("acknowledged", "snoozed") else "trigger"


def event(notice: Notice) -> dict[str, Any]:
    """`dedup_key` is the conversation: whatever comes later is of the same incident."""
    details = {visible(field.name): inert(visible(field.value)) for field in notice.fields}
    payload = {
        "summary": cut(inert(visible(notice.title)), SUMMARY_CHARS),
        "source": details.get("Service", "coagent"),
        "severity": SEVERITIES[notice.severity],
        "timestamp": notice.at.isoformat(),
        "component": details.get("Service", "coagent"),
        "group": "llm",
        "class": " ".join(notice.labels),
        "custom_details": {"state": headline(notice), "text": cut(text(notice), DETAILS_CHARS), **details},
    }
    return {"event_action": action(notice), "dedup_key": cut(notice.conversation, 255), "payload": payload}
