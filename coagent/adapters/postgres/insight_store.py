"""ports.InsightStore on Postgres."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, Engine, RowMapping, Select, Table, and_, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.claims import Claims
from coagent.adapters.postgres.drafts import write_drafts
from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.rows import (
    insight_of,
    insight_row,
    message_row,
    opportunity_of,
    opportunity_row,
    shift_of,
)
from coagent.adapters.postgres.tables import insights, opportunities, outbox, rollups_1m, segments, shifts
from coagent.adapters.postgres.telemetry_store import write_segments
from coagent.domain.draft_record import DraftRecord
from coagent.domain.insight import Insight, OutboxMessage
from coagent.domain.opportunity import Opportunity, is_news
from coagent.domain.shift import Shift
from coagent.domain.subject import Waiting

REWRITTEN_WITHIN = timedelta(days=1)
"""Of a plain insight: what is older was read and decided on."""


CLAIMED: dict[str, tuple[Table, Column[Any], Callable[[RowMapping], Shift | Opportunity]]] = {
    "shift": (shifts, shifts.c.raised_time, shift_of),
    "opportunity": (opportunities, opportunities.c.found_at, opportunity_of),
}
"""By kind, in their order: the table of the subjects, since when one waits, and the subject of a row."""

PLAIN_LEASE = timedelta(seconds=15)
"""Of a claim on a plain insight, which takes milliseconds to write: what a dead agent held goes out soon after."""


class PostgresInsightStore:
    """`lease`: how long an agent may take over a later edition of an insight, which asks the model."""

    def __init__(self, engine: Engine, lease: timedelta = timedelta(minutes=5)) -> None:
        self._engine = engine
        self._lease = lease

    def claim_subjects(self, edition: int, limit: int, at: datetime) -> list[Waiting]:
        found: list[Waiting] = []
        with transaction(self._engine) as connection:
            for kind, (table, since, subject_of) in CLAIMED.items():
                waiting = that_wait(table, kind, edition, at - REWRITTEN_WITHIN).limit(limit - len(found))
                rows = self._claims(kind, edition).take(connection, waiting, table, (since, table.c.id), at)
                found += (Waiting(subject_of(row), row["sequence"], edition) for row in rows)
        return found

    def put_back(self, waiting: Waiting, at: datetime) -> None:
        with transaction(self._engine) as connection:
            claims = self._claims("shift" if isinstance(waiting.subject, Shift) else "opportunity", waiting.edition)
            claims.put_back(connection, waiting.subject.id, waiting.sequence, at)

    def _claims(self, kind: str, edition: int) -> Claims:
        return Claims(kind, edition, self._lease if edition else PLAIN_LEASE)

    def insight(self, insight_id: str) -> Insight | None:
        query = with_segment(insights).where(insights.c.id == insight_id)
        with transaction(self._engine) as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else insight_of(row)

    def traffic(self, window: timedelta, now: datetime) -> tuple[int, datetime, datetime] | None:
        minute = rollups_1m.c.minute
        newest = select(func.max(minute)).where(minute <= now).scalar_subquery()
        query = select(func.sum(rollups_1m.c.requests), func.min(minute), func.max(minute)).where(
            minute > newest - window, minute <= now
        )
        with transaction(self._engine) as connection:
            requests, first, last = connection.execute(query).one()
        return None if requests is None else (int(requests), first.astimezone(UTC), last.astimezone(UTC))

    def save_opportunities(self, found: Sequence[Opportunity], at: datetime) -> None:
        with transaction(self._engine) as connection:
            for opportunity in sorted(found, key=lambda each: each.id):
                _save_opportunity(connection, opportunity, at)

    def save_insight(
        self,
        insight: Insight,
        messages: Sequence[OutboxMessage],
        drafts: Sequence[DraftRecord] = (),
    ) -> None:
        statement = insert(insights)
        kept = ("id", "created_at")
        changed = {column.name: statement.excluded[column.name] for column in insights.c if column.name not in kept}
        given = statement.excluded
        newer = tuple_(given.sequence, given.edition) > tuple_(insights.c.sequence, insights.c.edition)
        with transaction(self._engine) as connection:
            write_segments(connection, [insight.segment])
            upsert = statement.on_conflict_do_update(index_elements=["id"], set_=changed, where=newer)
            stored = connection.execute(upsert.returning(insights.c.id), insight_row(insight)).first()
            write_drafts(connection, drafts)
            if messages and stored is not None:
                rows = [message_row(message) for message in messages]
                connection.execute(insert(outbox).on_conflict_do_nothing(index_elements=["idempotency_key"]), rows)


def with_segment(table: Table) -> Select[Any]:
    named = [column for column in segments.c if column.name != "id"]
    return select(table, *named).join_from(table, segments, segments.c.id == table.c.segment_id)


def that_wait(table: Table, kind: str, edition: int = 0, since: datetime | None = None) -> Select[Any]:
    """Subjects, with their segment, whose newest sequence has no insight of this edition; of a later edition than the
    first those whose plain insight was written since then.
    """
    about = and_(insights.c.kind == kind, insights.c.subject_id == table.c.id)
    if edition:
        plain = and_(about, insights.c.sequence == table.c.sequence, insights.c.edition < edition)
        return with_segment(table).join(insights, plain).where(insights.c.updated_at >= since)
    return (
        with_segment(table)
        .outerjoin(insights, and_(about, insights.c.sequence >= table.c.sequence))
        .where(insights.c.id.is_(None))
    )


def _save_opportunity(connection: Connection, opportunity: Opportunity, at: datetime) -> None:
    table = opportunities
    write_segments(connection, [opportunity.segment])
    row = opportunity_row(opportunity, 1, at)
    inserted = insert(table).on_conflict_do_nothing().returning(table.c.id)
    if connection.execute(inserted, row).first() is not None:
        return
    query = with_segment(table).where(table.c.id == opportunity.id).with_for_update(of=table)
    stored = connection.execute(query).mappings().one()
    changes: dict[str, Any] = {"seen_at": at}
    if is_news(opportunity_of(stored), opportunity):
        changes = {**row, "sequence": stored["sequence"] + 1, "found_at": stored["found_at"]}
    connection.execute(update(table).where(table.c.id == opportunity.id).values(changes))
