"""Notices out of insights, groups and people's words."""

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

import msgspec

from coagent.deliver.neutral import cut
from coagent.deliver.subject import severity_of, subject_of
from coagent.domain.conversation import Subject
from coagent.domain.insight import Insight, OutboxMessage
from coagent.domain.notice import DECIDED, OVER, Field, Member, Notice, Severity, Stage, Word, WordKind

SEGMENT = (("Task", "task"), ("Tenant", "tenant"), ("Endpoint", "endpoint"))
VALUE_CHARS = 200
SHOWN_PARTS = 4
"""Tasks and tenants that a field names; the text has more of them."""
RANK: dict[Severity, int] = {"page": 0, "warning": 1, "info": 2}


def finding(
    insight: Insight,
    stage: Stage,
    *,
    revision: int,
    at: datetime,
    news: Sequence[str] = (),
    word: Word | None = None,
) -> Notice:
    """The conversation of one insight."""
    subject = subject_of(insight)
    over = stage in OVER or subject.state != "open"
    return Notice(
        conversation=insight.id,
        revision=revision,
        stage=stage,
        at=at,
        title=insight.title,
        text=insight.text,
        severity=severity_of(subject),
        over=over,
        fields=fields(insight, subject),
        news=list(news),
        word=word,
        labels=["coagent", insight.kind, *([subject.cause] if subject.cause else [])],
        actions=_left(insight, subject, stage) if over else actions(insight, subject),
        insight=insight,
    )


class Crowd(msgspec.Struct, frozen=True, kw_only=True):
    """Findings that share a message: those to show, and how many there are and are open in all."""

    shown: list[Insight]
    total: int
    open: int


def many(
    conversation: str,
    stage: Stage,
    crowd: Crowd,
    *,
    revision: int,
    at: datetime,
    heading: str,
    news: Sequence[str] = (),
    word: Word | None = None,
) -> Notice:
    """One message for many findings, with a table. It is over when all of them are."""
    subjects = [subject_of(one) for one in crowd.shown]
    over = stage != "digest" and not crowd.open
    return Notice(
        conversation=conversation,
        revision=revision,
        stage=stage,
        at=at,
        title=heading,
        text="",
        severity=min((severity_of(one) for one in subjects), key=RANK.__getitem__, default="info"),
        over=over,
        fields=[Field("Findings", f"{crowd.total:,}"), Field("Open", f"{crowd.open:,}")],
        news=list(news),
        word=word,
        members=[_member(one, subject) for one, subject in zip(crowd.shown, subjects, strict=True)],
        more_members=crowd.total - len(crowd.shown),
        labels=["coagent", "digest" if stage == "digest" else "group"],
        actions=[] if over or stage == "digest" else ["acknowledge", "snooze"],
    )


def brief(conversation: str, title: str, text: str, at: datetime) -> Notice:
    """A summary of a day or a week."""
    return Notice(
        conversation=conversation,
        revision=1,
        stage="digest",
        at=at,
        title=title,
        text=text,
        severity="info",
        labels=["coagent", "brief"],
    )


def trial(channel: str, at: datetime) -> Notice:
    """One message that says of itself that it is a test."""
    return Notice(
        conversation=f"test-{channel.replace(':', '-')}",
        revision=1,
        stage="test",
        at=at,
        title="coagent test message",
        text=f"This is a test of channel `{channel}`. **No action needed.**",
        severity="info",
        over=False,
        labels=["coagent", "test"],
    )


def message(notice: Notice, channel: str, due_at: datetime | None = None) -> OutboxMessage:
    """What a channel is owed: one message a revision, whatever is tried again."""
    return OutboxMessage(
        idempotency_key=f"{notice.conversation}:{notice.revision}:{notice.stage}:{channel}",
        channel=channel,
        insight_id=notice.conversation,
        payload=msgspec.json.encode(notice),
        due_at=due_at,
    )


def actions(insight: Insight, subject: Subject) -> list[WordKind]:
    """What people may answer. A shift of many segments together cannot be accepted by hand."""
    if insight.kind == "opportunity":
        return ["approve", "reject", "snooze"]
    if insight.kind in ("shift", "quality") and not subject.shared:
        return ["acknowledge", "snooze", "accept"]
    return ["acknowledge", "snooze"]


def _left(insight: Insight, subject: Subject, stage: Stage) -> list[WordKind]:
    """After a decision the other one is left; after an end nothing."""
    done: dict[Stage, WordKind] = {"approved": "approve", "rejected": "reject"}
    taken = {done.get(stage), "snooze"}
    return [one for one in actions(insight, subject) if one not in taken] if stage in DECIDED else []


def fields(insight: Insight, subject: Subject) -> list[Field]:
    """What a reader looks for first, where it is known."""
    facts = {fact.name: fact for fact in insight.facts}
    segment = insight.segment
    known = [
        ("Service", f"{segment.provider}/{segment.request_model}"),
        *((label, getattr(segment, name)) for label, name in SEGMENT),
        ("Affected", _affected(subject)),
        ("Confidence", f"{facts['confidence'].value} %" if "confidence" in facts else None),
        ("Direction", subject.direction if subject.direction != "neither" else None),
        (_money_label(subject), _money(subject)),
        ("Since", f"{facts['onset time'].value} UTC" if "onset time" in facts else None),
    ]
    return [Field(name, cut(value, VALUE_CHARS)) for name, value in known if value]


def _affected(subject: Subject) -> str:
    """The parts that carry a shift; empty where none are known."""
    more = len(subject.carriers) - SHOWN_PARTS
    return ", ".join(subject.carriers[:SHOWN_PARTS]) + (f" and {more:,} more" if more > 0 else "")


def _money_label(subject: Subject) -> Literal["Costs", "Saves"]:
    return "Costs" if (subject.usd_per_day or 0.0) >= 0 else "Saves"


def _money(subject: Subject) -> str | None:
    return None if subject.usd_per_day is None else f"{abs(subject.usd_per_day):,.2f} USD per day"


def _member(insight: Insight, subject: Subject) -> Member:
    segment = insight.segment
    where = " · ".join(part for part in (segment.task, segment.tenant, segment.endpoint) if part)
    service = f"{segment.provider}/{segment.request_model}"
    return Member(insight.id, service, where, insight.title, subject.state)
