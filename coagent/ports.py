"""What the rooms and steps ask of the world. Adapters fulfil these; `bootstrap` joins them."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

import msgspec

from coagent.domain.command import SaidCommand
from coagent.domain.detector import Detectors
from coagent.domain.insight import Insight, OutboxMessage
from coagent.domain.intake import Intake
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

    def traffic(self, window: timedelta) -> tuple[int, datetime, datetime] | None:
        """Requests of the fleet in the last `window` of data, with the first and the last minute of them."""
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

    def newest_minute(self) -> datetime | None:
        """The last minute in which any segment has requests."""
        ...

    def quiet_segments(self, *, since: datetime, before: datetime, newest: datetime) -> list[Pauses]:
        """Segments without requests from `before` on, and those with some from `newest` on, that are not told as
        silent; pauses are counted from `since` on. Segments whose last minute is older than `since` are left out.
        """
        ...

    def returned_silences(self) -> list[tuple[Silence, datetime]]:
        """Silences whose segment has requests again, with the first minute of them."""
        ...

    def save_silences(self, silences: Sequence[Silence]) -> None: ...

    def silences_to_tell(self, limit: int) -> list[Silence]:
        """Those whose newest sequence has no insight yet, oldest first."""
        ...


class Outbox(Protocol):
    """External effects that are owed."""

    def claim(self, limit: int, at: datetime) -> list[OutboxMessage]:
        """Messages that are due, leased to this caller for a minute."""
        ...

    def mark_sent(self, idempotency_key: str, at: datetime) -> None: ...

    def mark_failed(self, idempotency_key: str, error: str, retry_at: datetime | None) -> None:
        """To be retried at `retry_at`; None parks it, visible to the operator."""
        ...


class Notifier(Protocol):
    """One way to the outside."""

    @property
    def channel(self) -> str: ...

    async def send(self, message: OutboxMessage) -> None:
        """Returns when the other side has taken it. Raises Transient to be retried, Fatal to be parked."""
        ...
