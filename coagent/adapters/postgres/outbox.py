"""ports.Outbox on Postgres."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, Select, exists, func, select, update

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.rows import AT_ONCE, message_of
from coagent.adapters.postgres.storable import storable
from coagent.adapters.postgres.tables import outbox
from coagent.domain.insight import OutboxMessage

LEASE = timedelta(minutes=1)
KIND = func.split_part(outbox.c.channel, ":", 1)


class PostgresOutbox:
    """A claim moves the due time one lease on: a claimer that dies loses it, and no two hold one message."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, limit: int, at: datetime, kind: str | None = None) -> list[OutboxMessage]:
        """Oldest first; `attempts` counts the claims of a message, this one included."""
        due = _due(at, kind).limit(limit).with_for_update(skip_locked=True)
        claim = (
            update(outbox)
            .where(outbox.c.position.in_(due.scalar_subquery()))
            .values(due_at=at + LEASE, attempts=outbox.c.attempts + 1)
            .returning(outbox)
        )
        with transaction(self._engine) as connection:
            rows = sorted(connection.execute(claim).mappings(), key=lambda row: row["position"])
        return [message_of(row) for row in rows]

    def kinds(self) -> set[str]:
        with transaction(self._engine) as connection:
            return set(connection.execute(select(KIND).where(outbox.c.state == "owed").distinct()).scalars())

    def mark_sent(self, idempotency_key: str, at: datetime) -> None:
        self._mark(idempotency_key, state="sent", sent_at=at, error=None)

    def mark_failed(self, idempotency_key: str, error: str, retry_at: datetime | None) -> None:
        if retry_at is None:
            self._mark(idempotency_key, state="parked", error=storable(error))
        else:
            self._mark(idempotency_key, state="owed", due_at=retry_at, error=storable(error))

    def retry(self, positions: Sequence[int] | None, channel: str | None) -> int:
        """Parked messages are owed anew; how many. None: all of them."""
        return self._decide(positions, channel, state="owed", due_at=AT_ONCE, attempts=0)

    def drop(self, positions: Sequence[int] | None, channel: str | None) -> int:
        """Parked messages are never sent; how many. None: all of them."""
        return self._decide(positions, channel, state="dropped")

    def _decide(self, positions: Sequence[int] | None, channel: str | None, **values: Any) -> int:
        statement = update(outbox).where(outbox.c.state == "parked").values(values)
        if positions is not None:
            statement = statement.where(outbox.c.position.in_(list(positions)))
        if channel is not None:
            statement = statement.where(outbox.c.channel == channel)
        with transaction(self._engine) as connection:
            return connection.execute(statement).rowcount

    def _mark(self, idempotency_key: str, **values: Any) -> None:
        statement = update(outbox).where(outbox.c.idempotency_key == idempotency_key).values(values)
        with transaction(self._engine) as connection:
            connection.execute(statement)


def _due(at: datetime, kind: str | None) -> Select[Any]:
    """Positions of messages that no earlier one of their conversation in their channel holds up."""
    earlier = outbox.alias("earlier")
    held_up = exists().where(
        earlier.c.channel == outbox.c.channel,
        earlier.c.insight_id == outbox.c.insight_id,
        earlier.c.state == "owed",
        earlier.c.position < outbox.c.position,
    )
    query = select(outbox.c.position).where(outbox.c.state == "owed", outbox.c.due_at <= at, ~held_up)
    return (query if kind is None else query.where(KIND == kind)).order_by(outbox.c.position)
