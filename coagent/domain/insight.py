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
    recognized by `idempotency_key`. `channel` names the notifier and, where it has several, its target: `kafka`,
    `slack:#ops`. `insight_id` is the conversation: one channel gets the messages of a conversation in order. `due_at`
    None: at once. `attempts` counts the claims so far: above 1, an earlier one may have had its effect already.
    """

    idempotency_key: str
    channel: str
    insight_id: str
    payload: bytes
    attempts: int = 0
    due_at: datetime | None = None

    @property
    def kind(self) -> str:
        """The notifier's name."""
        return self.channel.partition(":")[0]

    @property
    def target(self) -> str | None:
        """Where the notifier sends it; None: its usual place."""
        return self.channel.partition(":")[2] or None
