"""ports.Tickets on Postgres."""

from datetime import UTC, datetime

import msgspec
from sqlalchemy import Engine, RowMapping, delete, select
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.storable import storable
from coagent.adapters.postgres.tables import tickets
from coagent.domain.conversation import Ticket


class PostgresTickets:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, channel: str, conversation: str) -> Ticket | None:
        query = select(tickets).where(tickets.c.channel == channel, tickets.c.conversation == conversation)
        with transaction(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _ticket_of(row)

    def begin(self, channel: str, conversation: str, at: datetime) -> Ticket:
        ticket = Ticket(channel=channel, conversation=conversation, begun_at=at)
        self.save(ticket)
        return ticket

    def save(self, ticket: Ticket) -> None:
        values = msgspec.structs.asdict(ticket)
        row = {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}
        kept = {name: value for name, value in row.items() if name not in ("channel", "conversation")}
        statement = insert(tickets).on_conflict_do_update(index_elements=["channel", "conversation"], set_=kept)
        with transaction(self._engine) as connection:
            connection.execute(statement, row)

    def forget(self, channel: str, conversation: str) -> None:
        statement = delete(tickets).where(tickets.c.channel == channel, tickets.c.conversation == conversation)
        with transaction(self._engine) as connection:
            connection.execute(statement)

    def conversation_of(self, kind: str, ref: str) -> tuple[str, str] | None:
        """Channel and conversation of what a channel of that kind calls `ref`; None: it is not ours."""
        query = select(tickets.c.channel, tickets.c.conversation).where(
            tickets.c.ref == ref, (tickets.c.channel == kind) | tickets.c.channel.startswith(f"{kind}:")
        )
        with transaction(self._engine) as connection:
            row = connection.execute(query).first()
        return None if row is None else (row[0], row[1])

    def open_ones(self, kind: str) -> list[Ticket]:
        """Tickets of such channels that are not closed there."""
        mine = (tickets.c.channel == kind) | tickets.c.channel.startswith(f"{kind}:")
        query = select(tickets).where(mine, ~tickets.c.closed, tickets.c.ref.is_not(None))
        with transaction(self._engine) as connection:
            return [_ticket_of(row) for row in connection.execute(query).mappings()]


def _ticket_of(row: RowMapping) -> Ticket:
    values = {name: row[name] for name in Ticket.__struct_fields__}
    return Ticket(**{**values, "begun_at": row["begun_at"].astimezone(UTC)})
