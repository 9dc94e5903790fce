"""ports.UsageReader on Postgres: days and hours by SQL, no minute read."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Engine, text

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.longer_rollups import SUMS
from coagent.domain.segment import Segment
from coagent.domain.usage import FAILING_HOUR_REQUESTS, FAILING_HOUR_SHARE, DayUsage, Usage

HOURLY = ("peak_hour_requests", "peak_hour_output_tokens", "failing_requests", "failing_errors")
STORED = tuple(name for name in DayUsage.__struct_fields__ if name not in {"segment", "day", *HOURLY})

BOUNDS = """SELECT min("start"), max("start") + interval '1 hour' FROM coagent.rollups_1h WHERE "start" >= :since"""
SEGMENTS = "SELECT id, provider, request_model, endpoint, task, tenant FROM coagent.segments"
DISTINCT = {name: f"max(part.{name})" for name in ("distinct_prompts", "distinct_prefixes")}
"""Of all tiers together, in each."""
DAYS = f"""
SELECT part.segment_id, part."start" AS day, {", ".join({**SUMS, **DISTINCT}[name] for name in STORED)}
FROM coagent.rollups_1d AS part WHERE part."start" >= :since GROUP BY part.segment_id, part."start"
"""  # noqa: S608  names of our own columns
HOURS = f"""
SELECT segment_id, day, max(requests) AS peak_hour_requests, coalesce(max(output_tokens), 0) AS peak_hour_output_tokens,
    coalesce(sum(requests) FILTER (WHERE fails), 0)::bigint AS failing_requests,
    coalesce(sum(errors) FILTER (WHERE fails), 0)::bigint AS failing_errors
FROM (
    SELECT segment_id, date_trunc('day', "start", 'UTC') AS day, sum(requests)::bigint AS requests,
        sum(errors)::bigint AS errors, sum(output_tokens)::bigint AS output_tokens,
        sum(outcomes_known) >= {FAILING_HOUR_REQUESTS}
            AND sum(errors) >= {FAILING_HOUR_SHARE} * sum(outcomes_known) AS fails
    FROM coagent.rollups_1h WHERE "start" >= :since GROUP BY segment_id, "start"
) AS hours GROUP BY segment_id, day
"""  # noqa: S608  our own constants
NO_HOURS = dict.fromkeys(HOURLY, 0)
"""Of a day whose hours are forgotten."""
MEDIANS = """
SELECT segment_id, insights.percentile(insights.histogram_sum(duration), 0.5) AS median_s
FROM coagent.rollups_1d WHERE "start" >= :since AND duration IS NOT NULL GROUP BY segment_id
"""

Place = tuple[str, datetime]
"""Account and day."""


class PostgresUsageReader:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def usage_since(self, since: datetime) -> Usage | None:
        """From the start of that UTC day on; None where there is nothing. Raises Transient."""
        wanted = {"since": since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)}
        with transaction(self._engine) as connection:
            start, end = connection.execute(text(BOUNDS), wanted).one()
            if start is None:
                return None
            named = _segments(connection)
            hours = _hours(connection, wanted)
            days = [_day(row, named, hours) for row in connection.execute(text(DAYS), wanted)]
            medians = {named[row[0]]: row[1] for row in connection.execute(text(MEDIANS), wanted)}
        days.sort(key=lambda one: (one.day, one.segment.key()))
        return Usage(start=start.astimezone(UTC), end=end.astimezone(UTC), days=days, median_duration_s=medians)


def _segments(connection: Connection) -> dict[str, Segment]:
    return {row[0]: Segment(*row[1:]) for row in connection.execute(text(SEGMENTS))}


def _hours(connection: Connection, wanted: dict[str, datetime]) -> dict[Place, dict[str, int]]:
    rows = connection.execute(text(HOURS), wanted)
    return {(row[0], row[1]): dict(zip(HOURLY, row[2:], strict=True)) for row in rows}


def _day(row: Sequence[Any], named: dict[str, Segment], hours: dict[Place, dict[str, int]]) -> DayUsage:
    segment_id, day, *stored = row
    values: dict[str, Any] = {**dict(zip(STORED, stored, strict=True)), **hours.get((segment_id, day), NO_HOURS)}
    return DayUsage(segment=named[segment_id], day=day.astimezone(UTC), **values)
