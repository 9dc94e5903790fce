"""ports.SloStore on Postgres."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, Engine, RowMapping, TextClause, delete, select, text
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import that_wait
from coagent.adapters.postgres.tables import burns, slo_status
from coagent.adapters.postgres.telemetry_store import write_segments
from coagent.domain.plain_json import plain
from coagent.domain.slo import Bucket, Burn, Indicator, Slo, SloStatus

HOURS = timedelta(days=3)
"""The longest burn window: what is older is counted by the day."""
COLUMNS = {
    "provider": "provider",
    "model": "request_model",
    "endpoint": "endpoint",
    "task": "task",
    "tenant": "tenant",
}


def _slower(column: str) -> tuple[str, str]:
    count = f"insights.histogram_count(rollup.{column})"
    return count, f"{count} - insights.histogram_at_most(rollup.{column}, :bound)"


SCORED = "rollup.quality_scores_known"
BOUND = "CAST(:bound AS numeric)"
EVENTS: dict[Indicator, tuple[str, str]] = {
    "success_rate": ("rollup.outcomes_known", "least(rollup.errors, rollup.outcomes_known)"),
    "latency": _slower("duration"),
    "time_to_first_token": _slower("time_to_first_token"),
    "cost": (
        "rollup.cost_known",
        f"CASE WHEN rollup.cost_usd > {BOUND} * rollup.cost_known THEN rollup.cost_known ELSE 0 END",
    ),
    "quality": (
        SCORED,
        f"CASE WHEN rollup.quality_score < {BOUND} * {SCORED} THEN {SCORED} ELSE 0 END",
    ),
}
"""Events and bad ones of a row of rollups."""

TIER = " AND coalesce(rollup.service_tier, alone.name) LIKE :tier"
MINUTES = (("rollups_1m", "minute", 60, ":minutes", ":now"),)
OLDER = (
    ("rollups_1h", '"start"', 3600, ":hours", ":minutes - interval '1 second'"),
    ("rollups_1d", '"start"', 86400, ":days", ":hours - interval '1 second'"),
)
Tables = tuple[tuple[str, str, int, str, str], ...]
REREAD = timedelta(minutes=10)
"""Hours and days change by late rows alone, and cost seconds where thousands of accounts have histograms."""


class PostgresSloStore:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._older: dict[str, tuple[Slo, datetime, datetime, list[Bucket]]] = {}

    def buckets(self, slo: Slo, now: datetime) -> list[Bucket]:
        times = _times(slo, now)
        return [*self._read(slo, times, MINUTES), *self._hours_and_days(slo, times)]

    def _hours_and_days(self, slo: Slo, times: dict[str, datetime]) -> list[Bucket]:
        """As read in the last minutes, where the hour is the same."""
        now, minutes = times["now"], times["minutes"]
        known = self._older.get(slo.name)
        if known and known[:2] == (slo, minutes) and now - known[2] < REREAD:
            return known[3]
        found = self._read(slo, times, OLDER)
        self._older[slo.name] = (slo, minutes, now, found)
        return found

    def _read(self, slo: Slo, times: dict[str, datetime], tables: Tables) -> list[Bucket]:
        given = {name: _like(pattern) for name, pattern in slo.match.given.items()}
        query = _query(slo.indicator, sorted(given), tables)
        values: dict[str, object] = {**given, **times, "bound": slo.bound}
        with transaction(self._engine) as connection:
            rows = connection.execute(query, {name: values[name] for name in query.compile().params}).mappings()
            return [_bucket(row) for row in rows]

    def open_burns(self) -> dict[str, Burn]:
        query = select(burns.c.burn).where(burns.c.status == "open")
        with transaction(self._engine) as connection:
            found = [msgspec.convert(value, Burn) for value in connection.execute(query).scalars()]
        return {one.slo.name: one for one in found}

    def save(self, statuses: Sequence[SloStatus], found: Sequence[Burn]) -> None:
        rows = [_status_row(one) for one in statuses]
        statement = insert(slo_status)
        changed = {column.name: statement.excluded[column.name] for column in slo_status.c if column.name != "name"}
        with transaction(self._engine) as connection:
            connection.execute(delete(slo_status).where(slo_status.c.name.not_in([row["name"] for row in rows])))
            if rows:
                connection.execute(statement.on_conflict_do_update(index_elements=["name"], set_=changed), rows)
            if found:
                write_segments(connection, (one.segment for one in found))
                _save_burns(connection, found)

    def unreported_burns(self, limit: int) -> list[Burn]:
        query = that_wait(burns, "burn").order_by(burns.c.began_at, burns.c.id).limit(limit)
        with transaction(self._engine) as connection:
            return [msgspec.convert(row["burn"], Burn) for row in connection.execute(query).mappings()]


def _save_burns(connection: Connection, found: Sequence[Burn]) -> None:
    """An equal sequence is a newer look at what people were shown already."""
    statement = insert(burns)
    changed = {column.name: statement.excluded[column.name] for column in burns.c if column.name != "id"}
    as_new = statement.excluded.sequence >= burns.c.sequence
    connection.execute(
        statement.on_conflict_do_update(index_elements=["id"], set_=changed, where=as_new),
        [_burn_row(one) for one in found],
    )


def _query(indicator: Indicator, named: Sequence[str], tables: Tables) -> TextClause:
    events, bad = EVENTS[indicator]
    where = " AND ".join(["true", *(f"segment.{COLUMNS[name]} LIKE :{name}" for name in named if name != "tier")])
    parts = [
        f"SELECT rollup.{time} AS start, {length} AS length_s, {events} AS events, {bad} AS bad "  # noqa: S608
        f"FROM coagent.{table} AS rollup JOIN account ON account.id = rollup.segment_id "
        f"{_tiers(table, time, first, last) if 'tier' in named else ''}"
        f"WHERE rollup.{time} BETWEEN {first} AND {last}{TIER if 'tier' in named else ''}"
        for table, time, length, first, last in tables
    ]
    return text(f"""
    WITH account AS (SELECT segment.id FROM coagent.segments AS segment WHERE {where})
    SELECT start, length_s, sum(events)::bigint AS events, sum(bad)::bigint AS bad
    FROM ({" UNION ALL ".join(parts)}) AS counted WHERE events > 0 GROUP BY start, length_s
    """)  # noqa: S608  names of our own columns


def _tiers(table: str, time: str, first: str, last: str) -> str:
    """The only tier of an account in that time, at which requests that say none are counted."""
    return (
        f"LEFT JOIN (SELECT segment_id, min(service_tier) AS name FROM coagent.{table} "  # noqa: S608
        f"WHERE {time} BETWEEN {first} AND {last} GROUP BY segment_id HAVING min(service_tier) = max(service_tier)) "
        "AS alone ON alone.segment_id = rollup.segment_id "
    )


def _times(slo: Slo, now: datetime) -> dict[str, datetime]:
    """Where minutes, hours and days begin."""
    minutes = now.replace(minute=0, second=0, microsecond=0) - timedelta(hours=1)
    hours = _midnight(now - HOURS)
    return {"now": now, "minutes": minutes, "hours": hours, "days": _midnight(now - timedelta(seconds=slo.window_s))}


def _midnight(time: datetime) -> datetime:
    return time.replace(hour=0, minute=0, second=0, microsecond=0)


def _like(pattern: str) -> str:
    for special in ("\\", "%", "_"):
        pattern = pattern.replace(special, "\\" + special)
    return pattern.replace("*", "%")


def _bucket(row: RowMapping) -> Bucket:
    return Bucket(row["start"].astimezone(UTC), row["length_s"], row["events"], row["bad"])


def _status_row(one: SloStatus) -> dict[str, Any]:
    return {
        "name": one.slo.name,
        "definition": plain(one.slo),
        "events": one.events,
        "bad": one.bad,
        "budget_left": one.budget_left,
        "exhausted_at": one.exhausted_at,
        "burn_rates": plain(one.burn_rates),
        "evaluated_at": one.at,
    }


def _burn_row(one: Burn) -> dict[str, Any]:
    return {
        "id": one.id,
        "sequence": one.sequence,
        "segment_id": one.segment.id,
        "slo": one.slo.name,
        "status": one.status,
        "burn": plain(one),
        "began_at": one.began_at,
        "ended_at": one.ended_at,
    }
