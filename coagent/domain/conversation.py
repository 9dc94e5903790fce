"""One finding, one conversation: what people were last shown of it, where, and what they answered."""

from datetime import datetime
from typing import Literal

import msgspec

from coagent.domain.notice import Stage
from coagent.domain.shift import CauseKind, Direction

State = Literal["open", "recovered", "accepted"]


class Subject(msgspec.Struct, frozen=True, kw_only=True):
    """What delivery needs to know of a finding. `sizes` by signal: how far it moved, relative to before (binary: in
    shares); `usd_per_day` what it costs (negative: saves), None where unknown; `carriers` names the parts that carry a
    shift; `shared`: it was seen in many segments together.
    """

    state: State
    page: bool
    cause: CauseKind | None = None
    direction: Direction | None = None
    sizes: dict[str, float] = {}
    usd_per_day: float | None = None
    carriers: list[str] = []
    shared: bool = False


class Conversation(msgspec.Struct, frozen=True, kw_only=True):
    """`sequence` and `edition` are the newest of the insight that were considered, `reported` the subject as
    last shown to people.

    `channels` stay those in which it was opened; those of `digest_to` get it in the digest at `digest_at`.
    `quiet_until` is the end of a snooze or an acknowledgement; at `escalate_at` the channels `escalate_to` are notified
    unless somebody acknowledged. `group` is the conversation that shows this one among others; a group's table is out
    of date where it has a `show_at`.
    """

    id: str
    kind: Literal["finding", "group"] = "finding"
    sequence: int = 0
    edition: int = 0
    revision: int = 0
    stage: Stage = "opened"
    reported: Subject | None = None
    channels: list[str] = []
    route: str = ""
    opened_at: datetime
    notified_at: datetime | None = None
    acknowledged: bool = False
    quiet_until: datetime | None = None
    escalate_at: datetime | None = None
    escalate_to: list[str] = []
    group: str | None = None
    group_key: str | None = None
    digest_to: list[str] = []
    digest_at: datetime | None = None
    show_at: datetime | None = None

    @property
    def due_at(self) -> datetime | None:
        """The first of its timers."""
        timers = (self.quiet_until, self.escalate_at, self.digest_at, self.show_at)
        return min((time for time in timers if time), default=None)


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation's message or issue in one channel. `ref` names it there, None while its making is under way since
    `begun_at`; `revision` is the newest that it shows.
    """

    channel: str
    conversation: str
    begun_at: datetime
    ref: str | None = None
    url: str | None = None
    revision: int = 0
    closed: bool = False


class Answer(msgspec.Struct, frozen=True):
    """A comment on a ticket, by somebody who may decide."""

    id: str
    by: str
    text: str
