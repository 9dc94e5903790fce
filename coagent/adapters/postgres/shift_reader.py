"""Shifts as they stand in Postgres, and the provider's segments around them."""

from datetime import timedelta

from sqlalchemy import Engine, Select, func, select

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import with_segment
from coagent.adapters.postgres.rows import segment_of, shift_of
from coagent.adapters.postgres.tables import rollups_1m, segments, shifts
from coagent.domain.explanation import SAME_TIME, Explanation, explanation
from coagent.domain.report import ShiftReport
from coagent.domain.segment import Segment
from coagent.domain.shift import Shift

LOOKED_BACK = timedelta(days=1)
"""Before the onset: segments with requests since then are a shift's neighbours."""


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

    def explained(self, shift: Shift) -> Explanation:
        """With the provider's other segments and what moved there about the same time."""
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
