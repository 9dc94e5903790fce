"""Hours and days, summed from minutes that changed: absolute values again, so that summing twice changes nothing."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection, Engine

from coagent.adapters.postgres.distinct import estimate, union
from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.rollup_copy import COUNTS

HOURS_AT_ONCE = 2_000
"""(account, hour) pairs a transaction; a fleet of 1,000 accounts has as many in a minute."""

SUMS = {
    **{name: f"sum(part.{name})::bigint" for name in COUNTS},
    "cost_usd": "sum(part.cost_usd)",
    "list_cost_usd": "sum(part.list_cost_usd)",
    "price_version": "max(part.price_version)",
    "error_types": "insights.counts_sum(part.error_types)",
    "duration": "insights.histogram_sum(part.duration)",
    "time_to_first_token": "insights.histogram_sum(part.time_to_first_token)",
}


class Unit(NamedTuple):
    """A table of sums, and the table and column that it is summed from."""

    table: str
    length: str
    source: str
    time: str


HOUR = Unit("coagent.rollups_1h", "1 hour", "coagent.rollups_1m", "minute")
DAY = Unit("coagent.rollups_1d", "1 day", "coagent.rollups_1h", '"start"')

CHANGED = """
SELECT segment_id, hour FROM coagent.changed_hours ORDER BY hour, segment_id LIMIT %s FOR UPDATE SKIP LOCKED
"""
DONE = """
DELETE FROM coagent.changed_hours AS hours USING unnest(%s::text[], %s::timestamptz[]) AS done (segment_id, hour)
WHERE hours.segment_id = done.segment_id AND hours.hour = done.hour
"""
COMPLETE = """
INSERT INTO coagent.complete_until AS known (minute)
SELECT max(minute) + interval '1 minute' FROM coagent.rollups_1m HAVING max(minute) IS NOT NULL
ON CONFLICT (single) DO UPDATE SET minute = greatest(known.minute, excluded.minute)
"""

Place = tuple[str, datetime]
"""Account and start of the hour or day."""


class LongerRollups:
    """ports.RollupStore on Postgres."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sum_changed(self, since: datetime) -> int:
        """Sums hours that changed, and their days; how many hours. Hours before `since` stay as they are: their minutes
        may be gone. May run in several places at once. Raises Transient.
        """
        with transaction(self._engine) as connection:
            _cursor(connection).execute(COMPLETE)  # first: what comes meanwhile is not in it
        summed = 0
        while done := self._sum_some(since):
            summed += done
        return summed

    def forget(self, minutes_before: datetime, hours_before: datetime) -> int:
        """Deletes older minutes and hours; how many rows."""
        with transaction(self._engine) as connection:
            cursor = _cursor(connection)
            minutes = cursor.execute("DELETE FROM coagent.rollups_1m WHERE minute < %s", [minutes_before]).rowcount
            hours = cursor.execute('DELETE FROM coagent.rollups_1h WHERE "start" < %s', [hours_before]).rowcount
        return minutes + hours

    def _sum_some(self, since: datetime) -> int:
        with transaction(self._engine) as connection:
            cursor = _cursor(connection)
            changed: list[Place] = [(row[0], row[1]) for row in cursor.execute(CHANGED, [HOURS_AT_ONCE])]
            hours = [place for place in changed if place[1] >= since]
            if hours:
                _sum(cursor, HOUR, hours)
                _sum(cursor, DAY, _days(hours))
            if changed:
                cursor.execute(DONE, _columns(changed))
            return len(changed)


def _cursor(connection: Connection) -> psycopg.Cursor[Any]:
    driver = connection.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    cursor = driver.cursor()
    cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    return cursor


def _sum(cursor: psycopg.Cursor[Any], unit: Unit, places: Sequence[Place]) -> None:
    parts = f"""
    FROM unnest(%s::text[], %s::timestamptz[]) AS place (segment_id, "start")
    JOIN {unit.source} AS part ON part.segment_id = place.segment_id
    AND part.{unit.time} >= place."start" AND part.{unit.time} < place."start" + interval '{unit.length}'
    """
    statement = f"""
    INSERT INTO {unit.table} (segment_id, "start", {", ".join(SUMS)})
    SELECT place.segment_id, place."start", {", ".join(SUMS.values())} {parts}
    GROUP BY place.segment_id, place."start"
    ON CONFLICT (segment_id, "start") DO UPDATE SET {", ".join(f"{name} = excluded.{name}" for name in SUMS)}
    """
    cursor.execute(statement, _columns(places))
    for what in ("prompt", "prefix"):
        _sum_sketches(cursor, unit, what, parts, places)


def _sum_sketches(cursor: psycopg.Cursor[Any], unit: Unit, what: str, parts: str, places: Sequence[Place]) -> None:
    found: dict[Place, list[bytes]] = defaultdict(list)
    query = f'SELECT place.segment_id, place."start", part.{what}_sketch {parts} WHERE part.{what}_sketch IS NOT NULL'
    for segment_id, start, sketch in cursor.execute(query, _columns(places)):
        found[segment_id, start].append(sketch)
    if found:
        distinct_name = {"prompt": "distinct_prompts", "prefix": "distinct_prefixes"}[what]
        update = f"""
        UPDATE {unit.table} AS stored SET {what}_sketch = renewed.sketch, {distinct_name} = renewed.estimate
        FROM unnest(%s::text[], %s::timestamptz[], %s::bytea[], %s::float8[])
            AS renewed (segment_id, "start", sketch, estimate)
        WHERE stored.segment_id = renewed.segment_id AND stored."start" = renewed."start"
        """  # noqa: S608
        sketches = [union(held) for held in found.values()]
        cursor.execute(update, [*_columns(list(found)), sketches, [estimate(one) for one in sketches]])


def _days(hours: Sequence[Place]) -> list[Place]:
    days = {(segment_id, hour.replace(hour=0)) for segment_id, hour in hours}
    return sorted(days)


def _columns(places: Sequence[Place]) -> list[list[Any]]:
    return [list(column) for column in zip(*places, strict=True)]
