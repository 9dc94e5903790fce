"""What a channel is asked to show of one conversation, and what people say back."""

from datetime import datetime
from typing import Literal

import msgspec

from coagent.domain.insight import Insight

Stage = Literal[
    "opened", "updated", "reminded", "escalated", "acknowledged", "snoozed", "approved", "rejected",
    "recovered", "accepted", "reopened", "digest", "test",
]  # fmt: skip
"""Why a channel shows a conversation now. One vocabulary for every channel."""

Severity = Literal["page", "warning", "info"]
"""`page`: somebody should act now; `warning`: worse, yet nobody is paged; `info`: to know."""

WordKind = Literal["acknowledge", "snooze", "accept", "approve", "reject"]
DECIDED: frozenset[Stage] = frozenset({"approved", "rejected"})
OVER: frozenset[Stage] = DECIDED | {"recovered", "accepted"}


class Word(msgspec.Struct, frozen=True, kw_only=True):
    """What a person said about a conversation, in whatever channel. `id` makes it happen once; `via` names the channel;
    `until` ends a snooze or an acknowledgement, None: it does not end by itself.
    """

    id: str
    conversation: str
    kind: WordKind
    by: str
    via: str
    at: datetime
    until: datetime | None = None
    reason: str = ""


class Field(msgspec.Struct, frozen=True):
    """A labelled value that stands beside the text."""

    name: str
    value: str


class Member(msgspec.Struct, frozen=True):
    """One finding of many that are shown in one message."""

    conversation: str
    service: str
    where: str
    title: str
    status: str


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """The conversation as it is to be shown, whole, and the reason for showing it now.

    A channel brings its message or ticket to this state: created where there is none, else edited, with `news` as a
    reply. `revision` grows with each notice of a conversation. `members` (and `more_members`
    without names) are set where one message stands for many findings, `insight` where it stands for one. An update
    without `news` is shown in place and notifies nobody.
    """

    conversation: str
    revision: int
    stage: Stage
    at: datetime
    title: str
    text: str
    severity: Severity
    over: bool = False
    fields: list[Field] = []
    news: list[str] = []
    word: Word | None = None
    members: list[Member] = []
    more_members: int = 0
    labels: list[str] = []
    actions: list[WordKind] = []
    insight: Insight | None = None

    @property
    def is_silent(self) -> bool:
        """Whether it only brings what is shown up to date."""
        return self.stage == "updated" and not self.news and self.word is None
