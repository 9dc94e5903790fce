"""ports.Conversations on Postgres."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from sqlalchemy import Engine, RowMapping, Select, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import with_segment
from coagent.adapters.postgres.rows import insight_of, message_row
from coagent.adapters.postgres.storable import storable
from coagent.adapters.postgres.tables import commands, conversations, insights, outbox, words
from coagent.adapters.postgres.tickets import PostgresTickets
from coagent.domain.conversation import Conversation, Ticket
from coagent.domain.insight import Insight, OutboxMessage
from coagent.domain.notice import Word

STATE = conversations.c.state.label("conversation_state")


class PostgresConversations:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def unrouted(self, limit: int) -> list[tuple[Insight, Conversation | None]]:
        known = conversations.c.id == insights.c.id
        query = with_segment(insights).add_columns(STATE).outerjoin(conversations, known)
        edition = func.coalesce(conversations.c.state["edition"].as_integer(), 0)
        considered = tuple_(conversations.c.sequence, edition)
        news = conversations.c.id.is_(None) | (considered < tuple_(insights.c.sequence, insights.c.edition))
        query = query.where(news).order_by(insights.c.updated_at, insights.c.id).limit(limit)
        with transaction(self._engine) as connection:
            return [(insight_of(row), _state(row)) for row in connection.execute(query).mappings()]

    def due(self, at: datetime, limit: int) -> list[Conversation]:
        return self._conversations(_all().where(conversations.c.due_at <= at).limit(limit))

    def get(self, conversation: str) -> Conversation | None:
        found = self._conversations(_all().where(conversations.c.id == conversation))
        return found[0] if found else None

    def insight(self, conversation: str) -> Insight | None:
        return self._insight(with_segment(insights).where(insights.c.id == conversation))

    def insight_about(self, subject_id: str) -> Insight | None:
        """The insight about a shift, an opportunity or a silence."""
        return self._insight(with_segment(insights).where(insights.c.subject_id == subject_id))

    def insights_beside_shifts(self, start: str) -> list[Insight]:
        """Whose subject's id starts so, five at most; none about shifts."""
        begins = insights.c.subject_id.startswith(start, autoescape=True)
        query = with_segment(insights).where(begins, insights.c.kind != "shift")
        with transaction(self._engine) as connection:
            rows = connection.execute(query.order_by(insights.c.subject_id).limit(5)).mappings()
            return [insight_of(row) for row in rows]

    def members(self, group: str, limit: int) -> tuple[list[Insight], int, int]:
        table = conversations
        reported = table.c.state["reported"]
        pages = reported["page"].as_boolean()
        query = with_segment(insights).join(table, table.c.id == insights.c.id).where(table.c.group_id == group)
        query = query.order_by(pages.desc(), table.c.opened_at, insights.c.id).limit(limit)
        is_open = reported["state"].as_string() == "open"
        counts = select(func.count(), func.count().filter(is_open)).where(table.c.group_id == group)
        with transaction(self._engine) as connection:
            total, still = connection.execute(counts).one()
            return [insight_of(row) for row in connection.execute(query).mappings()], total, still

    def waiting(self) -> list[tuple[Insight, Conversation]]:
        query = with_segment(insights).add_columns(STATE).join(conversations, conversations.c.id == insights.c.id)
        query = query.where(conversations.c.digest).order_by(conversations.c.opened_at, insights.c.id)
        with transaction(self._engine) as connection:
            found = [(insight_of(row), _state(row)) for row in connection.execute(query).mappings()]
        return [(insight, state) for insight, state in found if state is not None]

    def opened_since(self, group_key: str, since: datetime) -> int:
        table = conversations
        query = select(func.count()).where(table.c.group_key == group_key, table.c.opened_at >= since)
        with transaction(self._engine) as connection:
            return int(connection.execute(query.where(table.c.kind == "finding")).scalar_one())

    def group_of(self, group_key: str, since: datetime) -> Conversation | None:
        table = conversations
        query = _all().where(table.c.kind == "group", table.c.group_key == group_key, table.c.opened_at >= since)
        found = self._conversations(query.order_by(table.c.opened_at.desc()).limit(1))
        return found[0] if found else None

    def owed_since(self, channel: str, since: datetime) -> int:
        query = select(func.count()).where(outbox.c.channel == channel, outbox.c.created_at >= since)
        with transaction(self._engine) as connection:
            return int(connection.execute(query).scalar_one())

    def words(self, limit: int) -> list[Word]:
        query = select(words).where(words.c.done_at.is_(None)).order_by(words.c.at, words.c.id).limit(limit)
        with transaction(self._engine) as connection:
            return [word_of(row) for row in connection.execute(query).mappings()]

    def add_word(self, word: Word) -> bool:
        """Whether it is new: a word that comes again changes nothing."""
        row = _storable(word)
        statement = insert(words).on_conflict_do_nothing().returning(words.c.id)
        with transaction(self._engine) as connection:
            return connection.execute(statement, row).first() is not None

    def newest_word(self, conversation: str) -> Word | None:
        """What people said last of it."""
        query = select(words).where(words.c.conversation == conversation)
        with transaction(self._engine) as connection:
            row = connection.execute(query.order_by(words.c.at.desc(), words.c.id).limit(1)).mappings().first()
        return None if row is None else word_of(row)

    def open_ones(self, kind: str) -> list[Ticket]:
        """Tickets of such channels that are not closed there."""
        return PostgresTickets(self._engine).open_ones(kind)

    def accepted_by(self, subject_id: str) -> Word | None:
        return self._accepted_shift(subject_id) or self._accepted_finding(subject_id)

    def _accepted_finding(self, subject_id: str) -> Word | None:
        """A word that became no command: about what has its insight's id."""
        query = select(words).where(words.c.conversation == subject_id, words.c.kind == "accept")
        with transaction(self._engine) as connection:
            row = connection.execute(query.order_by(words.c.at, words.c.id).limit(1)).mappings().first()
        return None if row is None else word_of(row)

    def _accepted_shift(self, shift_id: str) -> Word | None:
        query = select(commands).where(commands.c.kind == "accept", commands.c.shift_id == shift_id)
        with transaction(self._engine) as connection:
            row = connection.execute(query.order_by(commands.c.at.desc()).limit(1)).mappings().first()
            said = connection.execute(select(words.c.via).where(words.c.id == row["id"])).scalar() if row else None
        if row is None:
            return None
        return Word(
            id=row["id"],
            conversation="",
            kind="accept",
            by=row["by"],
            via=said or "cli",
            at=row["at"].astimezone(UTC),
            reason=row["reason"],
        )

    def save(self, found: Sequence[Conversation], messages: Sequence[OutboxMessage], done: Sequence[str] = ()) -> None:
        statement = insert(conversations)
        names = [column.name for column in conversations.c if column.name != "id"]
        changed = {name: statement.excluded[name] for name in names}
        owed = insert(outbox).on_conflict_do_nothing(index_elements=["idempotency_key"])
        with transaction(self._engine) as connection:
            if found:
                upsert = statement.on_conflict_do_update(index_elements=["id"], set_=changed)
                connection.execute(upsert, [_row(one) for one in found])
            if messages:
                connection.execute(owed, [message_row(message) for message in messages])
            if done:
                connection.execute(update(words).where(words.c.id.in_(list(done))).values(done_at=func.now()))

    def _insight(self, query: Select[Any]) -> Insight | None:
        with transaction(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else insight_of(row)

    def _conversations(self, query: Select[Any]) -> list[Conversation]:
        with transaction(self._engine) as connection:
            found = [_state(row) for row in connection.execute(query).mappings()]
        return [one for one in found if one is not None]


def _all() -> Select[Any]:
    return select(STATE)


def _state(row: RowMapping) -> Conversation | None:
    state = row["conversation_state"]
    return None if state is None else msgspec.convert(state, Conversation)


def _row(one: Conversation) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "sequence": one.sequence,
        "group_id": one.group,
        "group_key": one.group_key,
        "digest": one.digest_at is not None,
        "opened_at": one.opened_at,
        "due_at": one.due_at,
        "state": msgspec.to_builtins(one),
    }


def word_of(row: RowMapping) -> Word:
    values = {name: row[name] for name in Word.__struct_fields__}
    until = row["until"].astimezone(UTC) if row["until"] else None
    return Word(**{**values, "at": row["at"].astimezone(UTC), "until": until})


def _storable(word: Word) -> dict[str, Any]:
    values = msgspec.structs.asdict(word)
    return {name: storable(value) if isinstance(value, str) else value for name, value in values.items()}
