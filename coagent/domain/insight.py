"""What people read, and the messages that carry it outside."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from coagent.domain.segment import Segment


class Fact(msgspec.Struct, frozen=True):
    """A named value that a sentence may use, already rounded as it may be written; `unit` may be empty."""

    name: str
    value: str
    unit: str = ""


class Insight(msgspec.Struct, frozen=True, kw_only=True):
    """A shift, opportunity or silence in words. `id` is the fingerprint of its subject: one insight a subject, updated
    in place (`sequence` is the subject's). `narrator` is `deterministic` or `model:<name>`. `subject` is its value as
    plain JSON types.
    """

    id: str
    kind: Literal["shift", "opportunity", "silence"]
    subject_id: str
    sequence: int
    segment: Segment
    title: str
    text: str
    page: bool
    narrator: str
    facts: list[Fact]
    subject: dict[str, Any]
    created_at: datetime


class OutboxMessage(msgspec.Struct, frozen=True, kw_only=True):
    """An external effect that is owed: written in the transaction that made its cause, sent at least once,
    recognized by `idempotency_key`. `channel` names the notifier (`kafka`).
    """

    idempotency_key: str
    channel: str
    insight_id: str
    payload: bytes
    attempts: int = 0
