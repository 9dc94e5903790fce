"""Hours and days, summed from minutes that changed: absolute values again, so that summing twice changes nothing."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from sqlalchemy import Connection, Engine

from coagent.adapters.postgres.distinct import estimate, union
from coagent.adapters.postgres.engine import driver_cursor, transaction
from coagent.adapters.postgres.rollup_copy import COUNTS
from coagent.adapters.postgres.rollup_days import DAY as ONE_DAY
from coagent.adapters.postgres.rollup_days import day_of, make_days, whole_days

HOURS_AT_ONCE = 2_000
"""(account, hour) pairs a transaction; a fleet of 1,000 accounts has as many in a minute."""

SUMS = {
    **{name: f"sum(part.{name})::bigint" for name in COUNTS},
    "cost_usd": "sum(part.cost_usd)",
    "list_cost_usd": "sum(part.list_cost_usd)",
    "failed_cost_usd": "sum(part.failed_cost_usd)",
    "quality_score": "sum(part.quality_score)",
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

ALONE = "SELECT pg_advisory_xact_lock(hashtext('coagent.sum_changed'))"
"""A day is summed from hours, a model's day from accounts: two who sum at once would not see each other's part."""

MODEL_SUMS = (
    *("requests", "outcomes_known", "errors", "cost_known", "input_tokens", "output_tokens", "cached_input_tokens"),
    *("cacheable_input_tokens", "truncations", "finishes_known", "refusals", "refusals_known", "fallbacks"),
    *("fallbacks_known", "retries", "retries_known", "cost_usd", "duration", "time_to_first_token"),
)
"""What the scorecard shows: merging a thousand accounts' histograms when it is asked takes seconds."""
CHANGED_MODELS = """
CREATE TEMPORARY TABLE changed_models ON COMMIT DROP AS
SELECT DISTINCT place."start", segment.provider, segment.request_model, segment.task
FROM unnest(%s::text[], %s::timestamptz[]) AS place (segment_id, "start")
JOIN coagent.segments AS segment ON segment.id = place.segment_id
"""
FORGET_MODELS = """
DELETE FROM coagent.models_1d AS stored USING changed_models AS changed
WHERE stored."start" = changed."start" AND stored.provider = changed.provider
AND stored.request_model = changed.request_model AND stored.task IS NOT DISTINCT FROM changed.task
"""
SUM_MODELS = f"""
INSERT INTO coagent.models_1d ("start", provider, request_model, task, service_tier, {", ".join(MODEL_SUMS)})
SELECT changed."start", changed.provider, changed.request_model, changed.task, part.service_tier,
    {", ".join(SUMS[name] for name in MODEL_SUMS)}
FROM changed_models AS changed
JOIN coagent.segments AS segment ON segment.provider = changed.provider
    AND segment.request_model = changed.request_model AND segment.task IS NOT DISTINCT FROM changed.task
JOIN coagent.rollups_1d AS part ON part.segment_id = segment.id AND part."start" = changed."start"
GROUP BY changed."start", changed.provider, changed.request_model, changed.task, part.service_tier
"""  # noqa: S608  names of our own columns

Place = tuple[str, datetime]
"""Account and start of the hour or day."""


class LongerRollups:
    """ports.RollupStore on Postgres."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def sum_changed(self) -> int:
        """Sums hours that changed, and their days; how many hours. Those whose minutes were forgotten stay as they are.
        May run in several places at once. Raises Transient.
        """
        with transaction(self._engine) as connection:
            _cursor(connection).execute(COMPLETE)  # first: what comes meanwhile is not in it
        summed = 0
        while done := self._sum_some():
            summed += done
        return summed

    def _sum_some(self) -> int:
        with transaction(self._engine) as connection:
            cursor = _cursor(connection)
            cursor.execute(ALONE)
            changed: list[Place] = [(row[0], row[1]) for row in cursor.execute(CHANGED, [HOURS_AT_ONCE])]
            hours = _whole(cursor, "minutes", changed)
            if hours:
                _sum_hours(cursor, hours)
            if changed:
                cursor.execute(DONE, _columns(changed))
            return len(changed)


def _cursor(connection: Connection) -> psycopg.Cursor[Any]:
    cursor = driver_cursor(connection)
    cursor.execute("SET LOCAL TIME ZONE 'UTC'")
    return cursor


def _whole(cursor: psycopg.Cursor[Any], unit: str, places: Sequence[Place]) -> list[Place]:
    """Those of which nothing was forgotten."""
    days = whole_days(cursor, unit, {day_of(start) for _, start in places})
    return [place for place in places if day_of(place[1]) in days]


def _sum_hours(cursor: psycopg.Cursor[Any], hours: Sequence[Place]) -> None:
    """And their days."""
    make_days(cursor, "hours", (day_of(hour) for _, hour in hours))
    _sum(cursor, HOUR, hours)
    days = _days(_whole(cursor, "hours", hours))
    if days:
        _sum(cursor, DAY, days)
        _sum_models(cursor, days)


def _sum(cursor: psycopg.Cursor[Any], unit: Unit, places: Sequence[Place]) -> None:
    """By tier; requests that say none count at the tier of the account's others where these have one alone."""
    first, end = day_of(min(start for _, start in places)), day_of(max(start for _, start in places)) + ONE_DAY
    parts = f"""
    FROM unnest(%s::text[], %s::timestamptz[]) AS place (segment_id, "start")
    JOIN {unit.source} AS part ON part.segment_id = place.segment_id
    AND part.{unit.time} >= place."start" AND part.{unit.time} < place."start" + interval '{unit.length}'
    AND part.{unit.time} >= '{first.isoformat()}' AND part.{unit.time} < '{end.isoformat()}'
    """
    forget = f"""
    DELETE FROM {unit.table} AS stored USING unnest(%s::text[], %s::timestamptz[]) AS place (segment_id, "start")
    WHERE stored.segment_id = place.segment_id AND stored."start" = place."start"
    AND stored."start" >= '{first.isoformat()}' AND stored."start" < '{end.isoformat()}'
    """  # noqa: S608  names of our own columns
    statement = f"""
    INSERT INTO {unit.table} (segment_id, "start", service_tier, {", ".join(SUMS)})
    SELECT place.segment_id, place."start", coalesce(part.service_tier, alone.service_tier), {", ".join(SUMS.values())}
    {parts} LEFT JOIN (
        SELECT place.segment_id, place."start", min(part.service_tier) AS service_tier {parts}
        GROUP BY place.segment_id, place."start" HAVING min(part.service_tier) = max(part.service_tier)
    ) AS alone ON alone.segment_id = place.segment_id AND alone."start" = place."start"
    GROUP BY 1, 2, 3
    """
    cursor.execute(forget, _columns(places))
    cursor.execute(statement, [*_columns(places), *_columns(places)])
    for what in ("prompt", "prefix"):
        _sum_sketches(cursor, unit, what, parts, places)


def _sum_models(cursor: psycopg.Cursor[Any], days: Sequence[Place]) -> None:
    """Days of a provider, model, task and tier, from those of their accounts."""
    cursor.execute(CHANGED_MODELS, _columns(days))
    cursor.execute(FORGET_MODELS)
    cursor.execute(SUM_MODELS)


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
    return sorted({(segment_id, day_of(hour)) for segment_id, hour in hours})


def _columns(places: Sequence[Place]) -> list[list[Any]]:
    return [list(column) for column in zip(*places, strict=True)]
