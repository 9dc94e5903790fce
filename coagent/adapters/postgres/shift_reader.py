"""Shifts as they stand in Postgres, and the provider's segments around them."""

from collections.abc import Sequence
from datetime import timedelta

import msgspec
from sqlalchemy import Engine, RowMapping, Select, func, select, text

from coagent.adapters.postgres.decision_reader import LOOKED_BACK as DECIDED_BACK
from coagent.adapters.postgres.decision_reader import PostgresDecisionReader, utc
from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import with_segment
from coagent.adapters.postgres.probe_store import PostgresProbeStore
from coagent.adapters.postgres.quality_changes import read_of_shift
from coagent.adapters.postgres.rows import segment_of, shift_of
from coagent.adapters.postgres.tables import rollups_1m, segments, shifts
from coagent.domain.explanation import SAME_TIME, Explanation, Progress, explanation
from coagent.domain.report import ShiftReport
from coagent.domain.segment import Segment
from coagent.domain.shift import Shift
from coagent.domain.shift_line import ShiftLine

LOOKED_BACK = timedelta(days=1)
"""Before the onset: segments with requests since then are a shift's neighbours."""

PROGRESS = text("""
SELECT id, headline, accepted_by, requests_so_far, cost_usd_so_far, priced_so_far, last_seen_at, ended_at, muted_until
FROM insights.shifts WHERE id = ANY(:ids)
""")


class PostgresShiftReader:
    """Reads only. Raises Transient where the database is away, Fatal where it was never migrated."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def newest(self, limit: int) -> list[Shift]:
        """By their onset, the newest first."""
        return self._shifts(with_segment(shifts).order_by(shifts.c.onset_time.desc(), shifts.c.id).limit(limit))

    def open(self) -> list[Shift]:
        """All that are open."""
        return self._shifts(with_segment(shifts).where(shifts.c.status == "open").order_by(shifts.c.id))

    def named(self, start: str, limit: int) -> list[Shift]:
        """Whose id starts so."""
        begins = shifts.c.id.startswith(start, autoescape=True)
        return self._shifts(with_segment(shifts).where(begins).order_by(shifts.c.id).limit(limit))

    def listed(self, limit: int, *, only_open: bool) -> list[ShiftLine]:
        """Newest first."""
        query = with_segment(shifts).order_by(shifts.c.onset_time.desc(), shifts.c.id).limit(limit)
        found = self._shifts(query.where(shifts.c.status == "open") if only_open else query)
        known = self._progress([one.id for one in found])
        return [_line(one, known[one.id]) for one in found]

    def ids(self, limit: int) -> list[str]:
        """Newest first, to name those near to a wrong one."""
        query = select(shifts.c.id).order_by(shifts.c.onset_time.desc()).limit(limit)
        with transaction(self._engine) as connection:
            return list(connection.execute(query).scalars())

    def explained(self, shift: Shift) -> Explanation:
        """With the provider's other segments, what moved there about the same time, how far it has come and what people
        decided.
        """
        found = self._neighbourhood(shift)
        decisions = PostgresDecisionReader(self._engine).of_stream(shift.segment, shift.onset.time - DECIDED_BACK)
        progress = _progress(self._progress([shift.id])[shift.id])
        probes = PostgresProbeStore(self._engine).of_shift(shift.id)
        with transaction(self._engine) as connection:
            qualities = read_of_shift(connection, shift.id)
        return msgspec.structs.replace(
            found, progress=progress, decisions=decisions, probes=probes, qualities=qualities
        )

    def _progress(self, ids: Sequence[str]) -> dict[str, RowMapping]:
        with transaction(self._engine) as connection:
            return {row["id"]: row for row in connection.execute(PROGRESS, {"ids": list(ids)}).mappings()}

    def _neighbourhood(self, shift: Shift) -> Explanation:
        onset = shift.onset.time
        near = shifts.c.onset_time.between(onset - SAME_TIME, onset + SAME_TIME)
        same = self._shifts(with_segment(shifts).where(segments.c.provider == shift.segment.provider, near))
        return explanation(ShiftReport.of(shift), [ShiftReport.of(one) for one in same], self._requests(shift))

    def _shifts(self, query: Select[tuple[object, ...]]) -> list[Shift]:
        with transaction(self._engine) as connection:
            return [shift_of(row) for row in connection.execute(query).mappings()]

    def _requests(self, shift: Shift) -> dict[Segment, int | None]:
        """Seen in each of the provider's segments from a day before the onset on."""
        named = [column for column in segments.c if column.name != "id"]
        query = (
            select(func.sum(rollups_1m.c.requests).label("requests"), *named)
            .join_from(rollups_1m, segments, segments.c.id == rollups_1m.c.segment_id)
            .where(segments.c.provider == shift.segment.provider)
            .where(rollups_1m.c.minute >= shift.onset.time - LOOKED_BACK)
            .group_by(*named)
        )
        with transaction(self._engine) as connection:
            return {segment_of(row): int(row["requests"]) for row in connection.execute(query).mappings()}


def _progress(row: RowMapping) -> Progress:
    return Progress(
        requests=row["requests_so_far"],
        cost_usd=row["cost_usd_so_far"],
        priced=row["priced_so_far"],
        last_seen=utc(row["last_seen_at"]),
        ended_at=utc(row["ended_at"]),
        muted_until=utc(row["muted_until"]),
    )


def _line(shift: Shift, row: RowMapping) -> ShiftLine:
    return ShiftLine(
        id=shift.id,
        segment=shift.segment,
        since=shift.onset.time,
        status=shift.status,
        headline=row["headline"],
        cause=shift.cause,
        direction=shift.direction,
        signals=[one for one in shift.signals if one.moved],
        parts=shift.parts,
        page=shift.page,
        held_because=shift.held_because,
        accepted_by=row["accepted_by"],
        progress=_progress(row),
    )
