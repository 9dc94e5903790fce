"""What people read, and the messages that carry it outside."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from coagent.domain.segment import Segment

Kind = Literal["shift", "opportunity", "silence", "burn", "verdict", "probe", "quality"]
"""What an insight is about."""

Way = Literal["up", "down", "unchanged"]
"""Which way a value went; a fact without one is no change, or it is not known."""

Role = Literal[
    "name", "time", "before", "after", "change", "effect", "bound", "count", "money", "share", "judgement", "cause",
    "reason", "assumption", "evidence", "action", "step", "command",
]  # fmt: skip
"""What a fact's value is."""


class Source(msgspec.Struct, frozen=True, omit_defaults=True):
    """Where a fact was read: a view of schema `insights`, the key of its row there, and the query that found it."""

    view: str
    key: str
    query: str | None = None


class Fact(msgspec.Struct, frozen=True, omit_defaults=True):
    """A named value that a sentence may use, already rounded as it may be written; `unit` may be empty. `source` None:
    the insight's own subject.
    """

    name: str
    value: str
    unit: str = ""
    role: Role | None = None
    direction: Way | None = None
    source: Source | None = None


class Provenance(msgspec.Struct, frozen=True, kw_only=True):
    """Who wrote an insight. `model` is None where code arranged it alone; `revisions` counts the answers that were sent
    back; `checks` names those that the arrangement passed, `queries` what was looked up for it. `fell_back` says why
    code arranged it although a model was asked. Tokens are those of all answers, None where the server does not count.
    """

    model: str | None = None
    revisions: int = 0
    checks: list[str] = []
    queries: list[str] = []
    fell_back: str | None = None
    input_tokens: int | None = None
    output_tokens: int | None = None


class Insight(msgspec.Struct, frozen=True, kw_only=True):
    """A shift, opportunity, silence, burn, verdict, batch of a probe or change of a success rate in words. `id` is the
    fingerprint of its subject: one insight a subject, updated in place (`sequence` is the subject's). `edition` 0 is
    the plain one, which goes out first; 1 is written after it, by the model where it can. `narrator` is `deterministic`
    or `model:<name>`. `subject` is its value as plain JSON types.
    """

    id: str
    kind: Kind
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
    edition: int = 0
    provenance: Provenance = Provenance()


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
