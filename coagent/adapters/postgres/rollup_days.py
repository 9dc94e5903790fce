"""Days of the rollups by minute and by hour, a partition each: made when a row needs one, dropped when it is old.

`coagent.rollup_days` says which days are there. A day that was dropped stays `forgotten` there: a late minute makes its
partition anew, but holds a part of the day alone, so what was summed from the whole day is not summed again.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import psycopg

DAY = timedelta(days=1)
FIRST_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""Days before it share one partition: telemetry may be from any day since 2015, and thousands of partitions are more
than one transaction can lock.
"""
ALONE = "SELECT pg_advisory_xact_lock(hashtext('coagent.rollup_days/' || %s))"
"""One lock a unit: sinks make days of minutes, whoever sums makes those of hours, and each may wait for the other."""
PRESENT = "SELECT day, forgotten FROM coagent.rollup_days WHERE unit = %s AND day = ANY(%s) AND present FOR SHARE"
"""The lock keeps whoever drops a day waiting until this transaction has ended."""
NOTE = """
INSERT INTO coagent.rollup_days AS known (unit, day) SELECT %s, unnest(%s::timestamptz[])
ON CONFLICT (unit, day) DO UPDATE SET present = true, made_at = now() WHERE NOT known.present
"""
OLD = """
SELECT day FROM coagent.rollup_days AS known
WHERE unit = %s AND present AND day + interval '1 day' <= %s AND made_at < now() - interval '1 day'
    AND NOT EXISTS (
        SELECT FROM coagent.changed_hours WHERE hour >= known.day AND hour < known.day + interval '1 day'
    )
ORDER BY day
"""
"""Not one that was made within a day: a replay of old telemetry is still under way. Nor one that is not summed yet."""
IS_THERE = "SELECT 1 FROM pg_class WHERE relnamespace = 'coagent'::regnamespace AND relname = %s"
"""By a query: to_regclass answers from a cache that may not know yet what was dropped."""
FORGOTTEN = "UPDATE coagent.rollup_days SET present = false, forgotten = true WHERE unit = %s AND day = %s AND present"


class Unit(NamedTuple):
    """A partitioned table and the column of its time."""

    table: str
    time: str

    def partition(self, day: datetime) -> str:
        """Its name, without schema."""
        return f"{self.table}_{day:%Y%m%d}"


UNITS = {"minutes": Unit("rollups_1m", "minute"), "hours": Unit("rollups_1h", '"start"')}
"""By the setting that says how long they are kept."""


def day_of(time: datetime) -> datetime:
    """The UTC midnight before."""
    return time.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)


def whole_days(cursor: psycopg.Cursor[Any], unit: str, days: Iterable[datetime]) -> set[datetime]:
    """Those that hold all their rows, and do so until the transaction ends."""
    return {day for day, is_forgotten in _present(cursor, unit, days).items() if not is_forgotten}


def make_days(cursor: psycopg.Cursor[Any], unit: str, days: Iterable[datetime]) -> None:
    """Makes those that are missing; all stay until the transaction ends. To be called before rows are locked."""
    wanted = set(days)
    if wanted == _present(cursor, unit, wanted).keys():
        return
    cursor.execute(ALONE, [unit])
    missing = sorted(wanted - _present(cursor, unit, wanted).keys())
    for day in missing:
        _make(cursor, UNITS[unit], day)
    cursor.execute(NOTE, [unit, missing])


def old_days(cursor: psycopg.Cursor[Any], unit: str, before: datetime) -> list[datetime]:
    """Whole days before that time that may go."""
    return [row[0].astimezone(UTC) for row in cursor.execute(OLD, [unit, before])]


def drop_day(cursor: psycopg.Cursor[Any], unit: str, day: datetime) -> None:
    """Waits for whoever writes or sums it."""
    cursor.execute(FORGOTTEN, [unit, day])
    table = UNITS[unit]
    if day >= FIRST_DAY:
        cursor.execute(f"DROP TABLE IF EXISTS coagent.{table.partition(day)}".encode())
    else:
        statement = f"DELETE FROM coagent.{table.table} WHERE {table.time} >= %s AND {table.time} < %s"  # noqa: S608
        cursor.execute(statement.encode(), [day, day + DAY])


def _present(cursor: psycopg.Cursor[Any], unit: str, days: Iterable[datetime]) -> dict[datetime, bool]:
    """With whether it was forgotten before."""
    rows: Sequence[tuple[datetime, bool]] = cursor.execute(PRESENT, [unit, list(days)]).fetchall()
    return {day.astimezone(UTC): is_forgotten for day, is_forgotten in rows}


def _make(cursor: psycopg.Cursor[Any], unit: Unit, day: datetime) -> None:
    """Attached rather than made as a partition: that locks nobody out of the table."""
    if day < FIRST_DAY or cursor.execute(IS_THERE, [unit.partition(day)]).fetchone():
        return
    name = f"coagent.{unit.partition(day)}"
    cursor.execute(f"CREATE TABLE {name} (LIKE coagent.{unit.table} INCLUDING ALL)".encode())
    cursor.execute(
        f"ALTER TABLE coagent.{unit.table} ATTACH PARTITION {name} "
        f"FOR VALUES FROM ('{day.isoformat()}') TO ('{(day + DAY).isoformat()}')".encode()
    )
