"""ports.Outbox on Postgres."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Engine, select, update

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.rows import message_of
from coagent.adapters.postgres.storable import storable
from coagent.adapters.postgres.tables import outbox
from coagent.domain.insight import OutboxMessage

LEASE = timedelta(minutes=1)


class PostgresOutbox:
    """A claim moves the due time one lease on: a claimer that dies loses it, and no two hold one message."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def claim(self, limit: int, at: datetime) -> list[OutboxMessage]:
        """Oldest first; `attempts` counts the claims of a message, this one included."""
        due = (
            select(outbox.c.position)
            .where(outbox.c.state == "owed", outbox.c.due_at <= at)
            .order_by(outbox.c.position)
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        claim = (
            update(outbox)
            .where(outbox.c.position.in_(due.scalar_subquery()))
            .values(due_at=at + LEASE, attempts=outbox.c.attempts + 1)
            .returning(outbox)
        )
        with transaction(self._engine) as connection:
            rows = sorted(connection.execute(claim).mappings(), key=lambda row: row["position"])
        return [message_of(row) for row in rows]

    def mark_sent(self, idempotency_key: str, at: datetime) -> None:
        self._mark(idempotency_key, state="sent", sent_at=at, error=None)

    def mark_failed(self, idempotency_key: str, error: str, retry_at: datetime | None) -> None:
        if retry_at is None:
            self._mark(idempotency_key, state="parked", error=storable(error))
        else:
            self._mark(idempotency_key, state="owed", due_at=retry_at, error=storable(error))

    def _mark(self, idempotency_key: str, **values: Any) -> None:
        statement = update(outbox).where(outbox.c.idempotency_key == idempotency_key).values(values)
        with transaction(self._engine) as connection:
            connection.execute(statement)
