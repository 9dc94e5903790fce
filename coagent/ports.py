"""What the rooms and steps ask of the world. Adapters fulfil these; `bootstrap` joins them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol, runtime_checkable

import msgspec

from coagent.domain.command import Command, SaidCommand
from coagent.domain.conversation import Answer, Conversation, Ticket
from coagent.domain.detector import Detectors
from coagent.domain.insight import Insight, OutboxMessage
from coagent.domain.intake import Intake
from coagent.domain.notice import Word
from coagent.domain.opportunity import Opportunity
from coagent.domain.rejected import DeadLetter, Rejected, Skipped
from coagent.domain.rollup import Rollup
from coagent.domain.shift import Dismissed, Shift
from coagent.domain.silence import Pauses, Silence


class Clock(Protocol):
    """Where "now" comes from."""

    def now(self) -> datetime:
        """Aware UTC."""
        ...


class RawRecord(msgspec.Struct, frozen=True):
    """A telemetry record as it came: its bytes, and the place as people read it (`file:line`, `topic[0]@17`).

    `outcome` is set where the source itself could not read it: such a record goes to no decoder.
    """

    value: bytes
    place: str
    outcome: Rejected | Skipped | None = None


class RecordSource(Protocol):
    """A finite source of raw records, such as log files."""

    def records(self) -> Iterator[RawRecord]:
        """In order; raises Fatal where the source is missing, empty or unreadable."""
        ...


class ChatModel(Protocol):
    """A language model that answers in JSON."""

    @property
    def name(self) -> str: ...

    async def answer(self, system: str, user: str, schema: dict[str, Any]) -> dict[str, Any]:
        """One answer that is valid under the JSON schema. Raises Transient when the server is away or breaks it."""
        ...


class TelemetryStore(Protocol):
    """Where the sink keeps what the topics said. Each call is one transaction; every row is an upsert that a lower
    sequence never overwrites, so any call may be repeated. Raises Transient when the database is away.
    """

    def write_rollups(self, rollups: Sequence[Rollup]) -> None: ...
    def write_shifts(self, shifts: Sequence[Shift]) -> None: ...
    def write_dismissals(self, dismissals: Sequence[Dismissed]) -> None: ...
    def write_detectors(self, detectors: Sequence[Detectors]) -> None: ...
    def write_commands(self, commands: Sequence[SaidCommand]) -> None: ...
    def write_dead_letters(self, letters: Sequence[DeadLetter]) -> None: ...
    def write_intake(self, counts: Sequence[Intake]) -> None: ...


class InsightStore(Protocol):
    """Where the agent finds what to tell and keeps what was told."""

    def shifts_to_tell(self, limit: int) -> list[Shift]:
        """Shifts whose newest sequence has no insight yet, oldest first."""
        ...

    def rollups_since(self, since: datetime) -> list[Rollup]:
        """Rollups of minutes at or after `since`, parts not yet summed, ascending by minute."""
        ...

    def traffic(self, window: timedelta, now: datetime) -> tuple[int, datetime, datetime] | None:
        """Requests of the fleet in the last `window` of data up to now, with the first and the last minute of them."""
        ...

    def save_opportunities(self, opportunities: Sequence[Opportunity], at: datetime) -> None: ...

    def opportunities_to_tell(self, limit: int) -> list[tuple[Opportunity, int]]:
        """Opportunities with their sequence, whose newest sequence has no insight yet."""
        ...

    def save_insight(self, insight: Insight, messages: Sequence[OutboxMessage]) -> None:
        """Insight and outbox rows in one transaction; a repeated idempotency key changes nothing."""
        ...


class RollupStore(Protocol):
    """Minutes summed to hours and days. Raises Transient when the database is away."""

    def sum_changed(self, since: datetime) -> int:
        """Sums the hours that changed, and their days; how many hours. Hours before `since` stay as they are."""
        ...

    def forget(self, minutes_before: datetime, hours_before: datetime) -> int:
        """Deletes older minutes and hours; how many rows. Days stay."""
        ...


class SilenceStore(Protocol):
    """Where the agent sees who stopped."""

    def newest_minute(self, now: datetime) -> datetime | None:
        """The last minute, up to now, in which any segment has requests."""
        ...

    def quiet_segments(self, *, since: datetime, before: datetime, newest: datetime, now: datetime) -> list[Pauses]:
        """Segments without requests from `before` on, and those with some from `newest` on, that are not reported as
        silent; pauses are counted from `since` on. Segments whose last minute is older than `since` are left out.
        Minutes after `now` do not count: some clock is ahead.
        """
        ...

    def returned_silences(self, now: datetime) -> list[tuple[Silence, datetime]]:
        """Silences whose segment has requests again by now, with the first minute of them."""
        ...

    def open_lags(self) -> list[Silence]:
        """Backlogs of coagent's own stages that are not over."""
        ...

    def save_silences(self, silences: Sequence[Silence]) -> None: ...

    def silences_to_tell(self, limit: int) -> list[Silence]:
        """Those whose newest sequence has no insight yet, oldest first."""
        ...


class Outbox(Protocol):
    """External effects that are owed, and how far they have come."""

    def claim(self, limit: int, at: datetime, kind: str | None = None) -> list[OutboxMessage]:
        """Messages that are due, leased to this caller for a minute; of that kind of channel, None: of any.

        A channel gets the messages of one conversation in order: none while an earlier one is owed.
        """
        ...

    def kinds(self) -> set[str]:
        """Kinds of channel that are owed something."""
        ...

    def mark_sent(self, idempotency_key: str, at: datetime) -> None: ...

    def mark_failed(self, idempotency_key: str, error: str, retry_at: datetime | None) -> None:
        """To be retried at `retry_at`; None parks it, visible to the operator."""
        ...


class Tickets(Protocol):
    """Which message or issue of a channel is a conversation's."""

    def get(self, channel: str, conversation: str) -> Ticket | None: ...

    def begin(self, channel: str, conversation: str, at: datetime) -> Ticket:
        """Before it is made there, so that a crash in between is known."""
        ...

    def save(self, ticket: Ticket) -> None: ...

    def forget(self, channel: str, conversation: str) -> None:
        """It is gone there, or was never made."""
        ...


class Conversations(Protocol):
    """What people were told of each finding. Raises Transient when the database is away."""

    def unrouted(self, limit: int) -> list[tuple[Insight, Conversation | None]]:
        """Insights with a sequence that was not considered yet, oldest first."""
        ...

    def due(self, at: datetime, limit: int) -> list[Conversation]:
        """Those whose timer has run out."""
        ...

    def get(self, conversation: str) -> Conversation | None: ...
    def insight(self, conversation: str) -> Insight | None: ...

    def members(self, group: str, limit: int) -> tuple[list[Insight], int, int]:
        """The findings of a group, those that page first, then the oldest; how many there are and are open."""
        ...

    def waiting(self) -> list[tuple[Insight, Conversation]]:
        """Findings that wait for the next digest, oldest first."""
        ...

    def opened_since(self, group_key: str, since: datetime) -> int: ...
    def group_of(self, group_key: str, since: datetime) -> Conversation | None: ...
    def owed_since(self, channel: str, since: datetime) -> int: ...
    def words(self, limit: int) -> list[Word]: ...

    def accepted_by(self, shift_id: str) -> Word | None:
        """Who accepted it, where that is known."""
        ...

    def save(
        self, conversations: Sequence[Conversation], messages: Sequence[OutboxMessage], words: Sequence[str] = ()
    ) -> None:
        """Conversations, outbox rows and words that are done, in one transaction."""
        ...


@runtime_checkable
class AnswerSource(Protocol):
    """A tracker that can be asked what people said."""

    @property
    def channel(self) -> str: ...

    async def answers(self, ref: str, since: datetime) -> tuple[list[Answer], str | None]:
        """Comments since then of those who may decide, and who closed it: None while it is open or gone."""
        ...


class WordStore(Protocol):
    """Where people's words go, and the tickets about which they are said."""

    def open_ones(self, kind: str) -> list[Ticket]: ...
    def add_word(self, word: Word) -> bool: ...


class CommandSayer(Protocol):
    """The way upstream."""

    def say(self, command: Command) -> None:
        """Returns when it is taken. Raises Transient, Fatal."""
        ...


class Notifier(Protocol):
    """One way to the outside."""

    @property
    def channel(self) -> str: ...

    @property
    def at_once(self) -> int:
        """Messages that may be under way together."""
        ...

    @property
    def pace_s(self) -> float:
        """Seconds between two messages."""
        ...

    async def send(self, message: OutboxMessage) -> None:
        """Returns when the other side has taken it. Raises Transient to be retried, Fatal to be parked."""
        ...
