"""ports.SilenceStore on Postgres."""

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec
from sqlalchemy import Engine, RowMapping, func, select, text

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import that_wait, with_segment
from coagent.adapters.postgres.rows import segment_of
from coagent.adapters.postgres.tables import rollups_1m, silences
from coagent.adapters.postgres.telemetry_store import upsert_newer, write_segments
from coagent.domain.silence import Pauses, Silence

QUIET = text("""
SELECT segment.*, reported.first, reported.last, reported.pauses, reported.longest
FROM coagent.segments AS segment
CROSS JOIN LATERAL (
    SELECT max(minute) AS last FROM coagent.rollups_1m WHERE segment_id = segment.id AND minute <= :now
) AS latest
CROSS JOIN LATERAL (
    SELECT min(minute) AS first, max(minute) AS last, count(pause) AS pauses,
        coalesce(max(pause), interval '0') AS longest
    FROM (
        SELECT minute, minute - lag(minute) OVER (ORDER BY minute) AS pause
        FROM (SELECT DISTINCT minute FROM coagent.rollups_1m
              WHERE segment_id = segment.id AND minute BETWEEN :since AND :now) AS active
    ) AS paused
) AS reported
WHERE latest.last >= :since AND (latest.last < :before OR latest.last >= :newest)
AND NOT EXISTS (
    SELECT FROM coagent.silences AS silence WHERE silence.segment_id = segment.id AND silence.last = latest.last
)
""")
"""Only the few segments that are quiet have their pauses looked at; the rest is one step into an index each."""

RETURNED = text("""
SELECT silence.*, segment.provider, segment.request_model, segment.endpoint, segment.task, segment.tenant, back.first
FROM coagent.silences AS silence
JOIN coagent.segments AS segment ON segment.id = silence.segment_id
CROSS JOIN LATERAL (
    SELECT min(minute) AS first FROM coagent.rollups_1m
    WHERE segment_id = silence.segment_id AND minute > silence.last AND minute <= :now
) AS back
WHERE silence.status = 'silent' AND silence.about = 'segment' AND back.first IS NOT NULL
""")


class PostgresSilenceStore:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest_minute(self, now: datetime) -> datetime | None:
        minute = rollups_1m.c.minute
        with transaction(self._engine) as connection:
            newest = connection.execute(select(func.max(minute)).where(minute <= now)).scalar_one()
        return None if newest is None else newest.astimezone(UTC)

    def quiet_segments(self, *, since: datetime, before: datetime, newest: datetime, now: datetime) -> list[Pauses]:
        times = {"since": since, "before": before, "newest": newest, "now": now}
        with transaction(self._engine) as connection:
            rows = connection.execute(QUIET, times).mappings()
            return [_pauses(row) for row in rows]

    def returned_silences(self, now: datetime) -> list[tuple[Silence, datetime]]:
        with transaction(self._engine) as connection:
            rows = connection.execute(RETURNED, {"now": now}).mappings()
            return [(_silence(row), row["first"].astimezone(UTC)) for row in rows]

    def open_lags(self) -> list[Silence]:
        query = with_segment(silences).where(silences.c.about == "coagent", silences.c.status == "silent")
        with transaction(self._engine) as connection:
            return [_silence(row) for row in connection.execute(query).mappings()]

    def save_silences(self, found: Sequence[Silence]) -> None:
        if found:
            with transaction(self._engine) as connection:
                write_segments(connection, (silence.segment for silence in found))
                rows = [{**msgspec.structs.asdict(one), "segment_id": one.segment.id} for one in found]
                upsert_newer(connection, silences, [_without_segment(row) for row in rows])

    def unreported_silences(self, limit: int) -> list[Silence]:
        query = that_wait(silences, "silence").order_by(silences.c.noticed, silences.c.id).limit(limit)
        with transaction(self._engine) as connection:
            return [_silence(row) for row in connection.execute(query).mappings()]


def _without_segment(row: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name != "segment"}


def _pauses(row: RowMapping) -> Pauses:
    return Pauses(
        segment=segment_of(row),
        first=row["first"].astimezone(UTC),
        last=row["last"].astimezone(UTC),
        pauses=row["pauses"],
        longest=row["longest"],
    )


def _silence(row: RowMapping) -> Silence:
    times = {name: row[name] and row[name].astimezone(UTC) for name in ("last", "noticed", "returned")}
    same = {name: row[name] for name in ("id", "sequence", "status", "pauses", "longest_s", "about", "waiting")}
    return Silence(segment=segment_of(row), **times, **same)
