"""ports.Outbox in memory."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from msgspec.structs import replace

from coagent.domain.insight import OutboxMessage

LEASE = timedelta(minutes=1)
State = Literal["owed", "sent", "parked", "dropped"]


@dataclass
class Entry:
    """A message and how far it has come; `due_at` None: at once."""

    message: OutboxMessage
    state: State = "owed"
    due_at: datetime | None = None
    sent_at: datetime | None = None
    error: str | None = None


class MemoryOutbox:
    """Entries by idempotency key, oldest first."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}

    def owe(self, messages: Iterable[OutboxMessage]) -> None:
        """Add messages; a key that is there already changes nothing."""
        for message in messages:
            entry = Entry(replace(message, due_at=None), due_at=message.due_at)
            self.entries.setdefault(message.idempotency_key, entry)

    def claim(self, limit: int, at: datetime, kind: str | None = None) -> list[OutboxMessage]:
        """Oldest first; `attempts` counts the claims of a message, this one included."""
        due = [each for each in self._first() if each.due_at is None or each.due_at <= at]
        claimed = [each for each in due if kind in (None, each.message.kind)][:limit]
        for entry in claimed:
            entry.due_at = at + LEASE
            entry.message = replace(entry.message, attempts=entry.message.attempts + 1)
        return [entry.message for entry in claimed]

    def kinds(self) -> set[str]:
        return {entry.message.kind for entry in self.entries.values() if entry.state == "owed"}

    def mark_sent(self, idempotency_key: str, at: datetime) -> None:
        entry = self.entries[idempotency_key]
        entry.state, entry.sent_at, entry.error = "sent", at, None

    def mark_failed(self, idempotency_key: str, error: str, retry_at: datetime | None) -> None:
        entry = self.entries[idempotency_key]
        entry.error, entry.due_at = error, retry_at
        entry.state = "parked" if retry_at is None else "owed"

    def _first(self) -> list[Entry]:
        """The oldest that is owed of each conversation in each channel."""
        first: dict[tuple[str, str], Entry] = {}
        for entry in self.entries.values():
            if entry.state == "owed":
                first.setdefault((entry.message.channel, entry.message.insight_id), entry)
        return list(first.values())
