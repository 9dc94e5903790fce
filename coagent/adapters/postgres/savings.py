"""ports.SavingsStore on Postgres."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Engine, RowMapping, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.tables import complete_until, savings
from coagent.domain.saving import CellUsage, Saving
from coagent.domain.segment import Segment

COLUMNS = {"provider": "provider", "model": "request_model", "endpoint": "endpoint"}
USAGE = text("""
SELECT day."start", segment.id, segment.task, segment.tenant, sum(day.requests)::bigint AS requests,
    sum(day.cost_known)::bigint AS cost_known, sum(day.cost_usd) AS cost_usd,
    (sum(day.input_tokens) + sum(day.output_tokens))::bigint AS tokens
FROM coagent.rollups_1d AS day JOIN coagent.segments AS segment ON segment.id = day.segment_id
WHERE day.segment_id = ANY(:ids) AND day."start" >= :since
GROUP BY day."start", segment.id ORDER BY day."start", segment.id
""")

Cell = tuple[str | None, ...]


class PostgresSavings:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def complete_until(self) -> datetime | None:
        with transaction(self._engine) as connection:
            minute = connection.execute(select(complete_until.c.minute)).scalar()
        return None if minute is None else minute.astimezone(UTC)

    def usage(
        self, accounts: Sequence[Segment], target: Mapping[str, str], since: datetime
    ) -> dict[datetime, list[CellUsage]]:
        ids = [one.id for one in accounts]
        if target:
            ids += self._accounts_of(target, {(one.task, one.tenant) for one in accounts})
        with transaction(self._engine) as connection:
            rows = connection.execute(USAGE, {"ids": sorted(set(ids)), "since": since}).mappings().all()
        return _by_day(rows, by_work=bool(target))

    def replace(self, opportunity_id: str, rows: Sequence[Saving], since: datetime) -> None:
        old = delete(savings).where(savings.c.opportunity_id == opportunity_id, savings.c.day >= since)
        with transaction(self._engine) as connection:
            connection.execute(old)
            if rows:
                connection.execute(insert(savings), [msgspec.structs.asdict(one) for one in rows])

    def newest(self) -> dict[str, datetime]:
        query = select(savings.c.opportunity_id, func.max(savings.c.day)).group_by(savings.c.opportunity_id)
        with transaction(self._engine) as connection:
            return {name: day.astimezone(UTC) for name, day in connection.execute(query)}

    def _accounts_of(self, target: Mapping[str, str], work: set[tuple[str | None, str | None]]) -> list[str]:
        """Accounts of the same work where the requests go."""
        where = " AND ".join(f"{COLUMNS[name]} = :{name}" for name in sorted(target))
        query = text(f"SELECT id, task, tenant FROM coagent.segments WHERE {where}")  # noqa: S608  our own columns
        with transaction(self._engine) as connection:
            return [row.id for row in connection.execute(query, dict(target)) if (row.task, row.tenant) in work]


def _by_day(rows: Iterable[RowMapping], *, by_work: bool) -> dict[datetime, list[CellUsage]]:
    """A cell is a task of a tenant where work moves between accounts, else an account."""
    days: dict[datetime, dict[Cell, CellUsage]] = {}
    for row in rows:
        cell = (row["task"], row["tenant"]) if by_work else (row["id"],)
        of_day = days.setdefault(row["start"].astimezone(UTC), {})
        one = _usage(cell, row)
        of_day[cell] = of_day[cell].plus(one) if cell in of_day else one
    return {day: list(cells.values()) for day, cells in days.items()}


def _usage(cell: Cell, row: RowMapping) -> CellUsage:
    return CellUsage(
        cell=cell, requests=row["requests"], priced=row["cost_known"], cost_usd=row["cost_usd"], tokens=row["tokens"]
    )
