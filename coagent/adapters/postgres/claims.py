"""Which agent explains which subject: claims that end by themselves, so that what a dead agent held is taken over."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    RowMapping,
    Select,
    Table,
    and_,
    case,
    cast,
    func,
    or_,
    update,
)
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.tables import claims

FIRST_PAUSE_S, LAST_PAUSE_S = 5, 3600
"""Doubled at each failure: a subject that always fails is tried every hour."""


class Claims:
    """`kind` and `edition` of the subjects that are claimed, each for `lease`."""

    def __init__(self, kind: str, edition: int, lease: timedelta) -> None:
        self._kind, self._edition, self._lease = kind, edition, lease

    def take(
        self, connection: Connection, waiting: Select[Any], table: Table, oldest_first: Sequence[Any], at: datetime
    ) -> list[RowMapping]:
        """Rows of `waiting`, subjects of `table`, that are this caller's from now on; those that failed come last.

        Rows that another caller is taking right now are skipped. What it took between this query's snapshot and its
        lock is not among the rows that the upsert returns.
        """
        free = waiting.outerjoin(claims, self._about(table)).where(self._is_free(table, at))
        free = free.order_by(_failures(table), *oldest_first)
        rows = connection.execute(free.with_for_update(of=table, skip_locked=True)).mappings().all()
        taken = self._write(connection, rows, at) if rows else set()
        return [row for row in rows if row["id"] in taken]

    def put_back(self, connection: Connection, subject_id: str, sequence: int, at: datetime) -> None:
        """Free again after a pause that doubles with each attempt."""
        doubled = FIRST_PAUSE_S * func.power(2, func.least(claims.c.attempts, 20) - 1)
        pause_s = func.least(doubled, LAST_PAUSE_S)
        mine = and_(self._named(), claims.c.subject_id == subject_id, claims.c.sequence == sequence)
        connection.execute(update(claims).where(mine).values(until=at + pause_s * timedelta(seconds=1)))

    def _write(self, connection: Connection, rows: Sequence[RowMapping], at: datetime) -> set[str]:
        common = {"kind": self._kind, "edition": self._edition, "attempts": 1, "until": at + self._lease}
        statement = insert(claims)
        given = statement.excluded
        again = case((claims.c.sequence == given.sequence, claims.c.attempts + 1), else_=1)
        changed = {"sequence": given.sequence, "attempts": again, "until": given.until}
        free = or_(claims.c.until <= at, claims.c.sequence < given.sequence)
        upsert = statement.on_conflict_do_update(
            index_elements=["kind", "subject_id", "edition"], set_=changed, where=free
        ).returning(claims.c.subject_id)
        listed = [{**common, "subject_id": row["id"], "sequence": row["sequence"]} for row in rows]
        return set(connection.execute(upsert.values(listed)).scalars())

    def _named(self) -> ColumnElement[bool]:
        return and_(claims.c.kind == self._kind, claims.c.edition == self._edition)

    def _about(self, table: Table) -> ColumnElement[bool]:
        return and_(self._named(), claims.c.subject_id == table.c.id)

    def _is_free(self, table: Table, at: datetime) -> ColumnElement[bool]:
        return or_(claims.c.until.is_(None), claims.c.until <= at, claims.c.sequence < table.c.sequence)


def _failures(table: Table) -> ColumnElement[int]:
    """Attempts at this sequence that came to nothing."""
    return cast(case((claims.c.sequence == table.c.sequence, claims.c.attempts), else_=0), Integer)
