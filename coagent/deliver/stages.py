"""What each stage of a conversation is called, and who said so when."""

from coagent.deliver.neutral import cut, visible
from coagent.domain.notice import Member, Notice, Severity, Stage, WordKind
from coagent.domain.number_format import minute

STAGES: dict[Stage, str] = {
    "opened": "Opened",
    "updated": "Updated",
    "reminded": "Still open",
    "escalated": "Not acknowledged yet",
    "acknowledged": "Acknowledged",
    "snoozed": "Snoozed",
    "approved": "Approved",
    "rejected": "Rejected",
    "recovered": "Recovered",
    "accepted": "Accepted as the new baseline",
    "reopened": "Reopened",
    "digest": "Digest",
    "test": "Test message",
}
SEVERITIES: dict[Severity, str] = {"page": "Page", "warning": "Warning", "info": "For information"}
BUTTONS: dict[WordKind, str] = {
    "acknowledge": "Acknowledge",
    "snooze": "Snooze",
    "accept": "Accept as baseline",
    "approve": "Approve",
    "reject": "Reject",
}
VIA = {
    "slack": "Slack",
    "github": "GitHub",
    "gitlab": "GitLab",
    "jira": "Jira",
    "alertmanager": "Alertmanager",
    "cli": "a terminal",
    "console": "the console",
    "mcp": "an editor",
}
NAME_CHARS = 80
ROWS = 40
"""Members shown by name; the rest is counted."""


def headline(notice: Notice) -> str:
    """What happened, by whom, where and when: one line without formatting."""
    said, what = notice.word, STAGES[notice.stage]
    if said is None:
        return f"{what} · {minute(notice.at)}"
    until = f" until {minute(said.until)}" if said.until else ""
    where = VIA.get(said.via.partition(":")[0], said.via)
    return f"{what}{until} by {_name(said.by)} in {_name(where)} · {minute(said.at)}"


def reply_lines(notice: Notice) -> list[str]:
    """What is new, one thing a line, without formatting."""
    reason = [f"Reason: {cut(visible(notice.word.reason), 300)}"] if notice.word and notice.word.reason else []
    return [*(visible(line) for line in notice.news), *reason]


def rows(notice: Notice) -> tuple[list[Member], int]:
    """The members to show, and how many more there are."""
    return notice.members[:ROWS], max(0, len(notice.members) - ROWS) + notice.more_members


def cells(member: Member) -> tuple[str, str, str, str]:
    """Service, where, what, status."""
    parts = (member.service, member.where or "all", member.title, member.status)
    service, where, title, status = (cut(visible(part), NAME_CHARS) for part in parts)
    return service, where, title, status


def _name(text: str) -> str:
    return cut(visible(text), NAME_CHARS) or "unknown"
