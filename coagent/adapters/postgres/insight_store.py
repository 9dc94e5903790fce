"""ports.InsightStore on Postgres."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Select, Table, and_, func, select, update
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.rows import (
    insight_row,
    message_row,
    opportunity_of,
    opportunity_row,
    rollup_of,
    shift_of,
)
from coagent.adapters.postgres.tables import insights, opportunities, outbox, rollups_1m, segments, shifts
from coagent.adapters.postgres.telemetry_store import write_segments
from coagent.domain.insight import Insight, OutboxMessage
from coagent.domain.opportunity import Opportunity, is_news
from coagent.domain.rollup import Rollup
from coagent.domain.shift import Shift


class PostgresInsightStore:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def shifts_to_tell(self, limit: int) -> list[Shift]:
        query = untold(shifts, "shift").order_by(shifts.c.raised_time, shifts.c.id).limit(limit)
        with transaction(self._engine) as connection:
            return [shift_of(row) for row in connection.execute(query).mappings()]

    def rollups_since(self, since: datetime) -> list[Rollup]:
        table = rollups_1m
        query = with_segment(table).where(table.c.minute >= since)
        query = query.order_by(table.c.minute, table.c.segment_id, table.c.part)
        with transaction(self._engine) as connection:
            return [rollup_of(row) for row in connection.execute(query).mappings()]

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

    def opportunities_to_tell(self, limit: int) -> list[tuple[Opportunity, int]]:
        query = untold(opportunities, "opportunity").order_by(opportunities.c.found_at, opportunities.c.id).limit(limit)
        with transaction(self._engine) as connection:
            return [(opportunity_of(row), row["sequence"]) for row in connection.execute(query).mappings()]

    def save_insight(self, insight: Insight, messages: Sequence[OutboxMessage]) -> None:
        statement = insert(insights)
        kept = ("id", "created_at")
        changed = {column.name: statement.excluded[column.name] for column in insights.c if column.name not in kept}
        newer = statement.excluded.sequence > insights.c.sequence
        with transaction(self._engine) as connection:
            write_segments(connection, [insight.segment])
            connection.execute(
                statement.on_conflict_do_update(index_elements=["id"], set_=changed, where=newer), insight_row(insight)
            )
            if messages:
                rows = [message_row(message) for message in messages]
                connection.execute(insert(outbox).on_conflict_do_nothing(index_elements=["idempotency_key"]), rows)


def with_segment(table: Table) -> Select[Any]:
    named = [column for column in segments.c if column.name != "id"]
    return select(table, *named).join_from(table, segments, segments.c.id == table.c.segment_id)


def untold(table: Table, kind: str) -> Select[Any]:
    """Subjects whose newest sequence has no insight, with their segment."""
    told = and_(insights.c.kind == kind, insights.c.subject_id == table.c.id, insights.c.sequence >= table.c.sequence)
    return with_segment(table).outerjoin(insights, told).where(insights.c.id.is_(None))


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
