"""ports.ReviewStore on Postgres."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from sqlalchemy import Connection, Engine, delete, func, select, text
from sqlalchemy.dialects.postgresql import insert

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.quality_changes import (
    read_accepted,
    read_changes,
    read_shifts,
    read_unreported,
    write_changes,
)
from coagent.adapters.postgres.review_rows import (
    agreement_row,
    cell_of,
    cell_row,
    entry_of,
    item_of,
    item_row,
    quality_row,
)
from coagent.adapters.postgres.review_tables import (
    quality,
    review_agreement,
    review_cells,
    review_draws,
    review_entries,
    review_labels,
    review_parts,
    review_queue,
)
from coagent.adapters.postgres.rows import segment_of
from coagent.adapters.postgres.tables import segments
from coagent.domain.quality_change import Accepted, QualityChange, ShiftThen
from coagent.domain.review import (
    REPORTED,
    Agreement,
    Cell,
    CurrentLabel,
    Draw,
    DrawnDay,
    Quality,
    ReviewEntry,
)
from coagent.domain.segment import Segment

NEWS = text("""
SELECT EXISTS (
    SELECT FROM coagent.review_draws
    WHERE at > (SELECT coalesce(max(evaluated_at), '-infinity') - interval '2 minutes' FROM coagent.quality)
) OR EXISTS (
    SELECT FROM coagent.review_labels
    WHERE recorded_at > (SELECT coalesce(max(evaluated_at), '-infinity') - interval '2 minutes' FROM coagent.quality)
)
""")
"""Two minutes: what was said in a transaction that ended after the rates had been read."""

CURRENT = text("""
SELECT DISTINCT ON (request_id, by) request_id, by, verdict FROM coagent.review_labels
WHERE kind = 'label' AND request_id IN (SELECT request_id FROM coagent.review_queue)
ORDER BY request_id, by, at DESC, id DESC
""")
ALONE = text("LOCK TABLE coagent.quality IN SHARE ROW EXCLUSIVE MODE")
"""Whoever reads it does not wait."""


class PostgresReviewStore:
    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def is_drawn_on(self, on: date) -> bool:
        query = select(review_draws.c.day).where(review_draws.c.drawn_on == on)
        with transaction(self._engine) as connection:
            return connection.execute(query).first() is not None

    def undrawn_day(self, since: datetime, before: datetime, quiet: timedelta) -> datetime | None:
        drawn = select(review_draws.c.day)
        day, changed = review_parts.c.day, func.max(review_parts.c.changed_at)
        query = select(day).where(day >= since, day < before, day.not_in(drawn)).group_by(day)
        query = query.having(changed <= func.now() - quiet).order_by(day.desc()).limit(1)
        with transaction(self._engine) as connection:
            found = connection.execute(query).scalar_one_or_none()
        return None if found is None else found.astimezone(UTC)

    def requests(self, day: datetime) -> dict[Cell, int]:
        query = select(review_parts.c.segment_id, review_parts.c.requests).where(review_parts.c.day == day)
        found: Counter[Cell] = Counter()
        with transaction(self._engine) as connection:
            for stream, requests in connection.execute(query):
                found.update({Cell(stream, reason): count for reason, count in requests.items() if count > 0})
        return dict(found)

    def lowest(self, day: datetime, limit: int) -> dict[Cell, list[ReviewEntry]]:
        columns = review_entries.c
        number = func.row_number().over(partition_by=(columns.segment_id, columns.reason), order_by=columns.rank)
        ranked = select(review_entries, number.label("number")).where(columns.day == day).subquery()
        query = select(ranked).where(ranked.c.number <= limit).order_by(ranked.c.rank)
        found: dict[Cell, list[ReviewEntry]] = defaultdict(list)
        with transaction(self._engine) as connection:
            for row in connection.execute(query).mappings():
                found[Cell(row["segment_id"], row["reason"])].append(entry_of(row))
        return found

    def open_reports(self, limit: int) -> list[str]:
        columns = review_labels.c
        queued = select(review_queue.c.id).where(review_queue.c.request_id == columns.request_id)
        query = select(columns.request_id).where(columns.kind == "report", ~queued.exists())
        query = query.group_by(columns.request_id).order_by(func.min(columns.at), columns.request_id).limit(limit)
        with transaction(self._engine) as connection:
            return list(connection.execute(query).scalars())

    def save_draw(self, draw: Draw) -> bool:
        row = {"drawn_on": draw.at.date(), "day": draw.day, "at": draw.at, "budget": draw.budget, "looks": draw.looks}
        statement = insert(review_draws).on_conflict_do_nothing().returning(review_draws.c.day)
        with transaction(self._engine) as connection:
            if connection.execute(statement, row).first() is None:
                return False
            _save_drawn(connection, draw)
            connection.execute(delete(review_entries).where(review_entries.c.day == draw.day))
        return True

    def has_news(self) -> bool:
        with transaction(self._engine) as connection:
            return bool(connection.execute(NEWS).scalar_one())

    def drawn_days(self) -> list[DrawnDay]:
        cells = select(review_cells).order_by(review_cells.c.day, review_cells.c.segment_id, review_cells.c.reason)
        items = select(review_queue).where(review_queue.c.reason != REPORTED).order_by(review_queue.c.place)
        by_day = defaultdict(list)
        with transaction(self._engine) as connection:
            for row in connection.execute(items).mappings():
                by_day[row["day"]].append(item_of(row))
            found = list(connection.execute(cells).mappings())
        return [
            DrawnDay(day.astimezone(UTC), [cell_of(row) for row in rows], by_day[day])
            for day, rows in groupby(found, key=lambda row: row["day"])
        ]

    def labels(self) -> list[CurrentLabel]:
        with transaction(self._engine) as connection:
            return [CurrentLabel(*row) for row in connection.execute(CURRENT)]

    def streams(self) -> dict[str, Segment]:
        drawn = select(review_cells.c.segment_id).distinct()
        with transaction(self._engine) as connection:
            rows = connection.execute(select(segments).where(segments.c.id.in_(drawn))).mappings()
            return {row["id"]: segment_of(row) for row in rows}

    def changes(self) -> list[QualityChange]:
        with transaction(self._engine) as connection:
            return read_changes(connection)

    def accepted(self) -> list[Accepted]:
        with transaction(self._engine) as connection:
            return read_accepted(connection)

    def shifts_then(self, stream: Segment, since: datetime, until: datetime) -> list[ShiftThen]:
        with transaction(self._engine) as connection:
            return read_shifts(connection, stream, since, until)

    def unreported_changes(self, limit: int) -> list[QualityChange]:
        with transaction(self._engine) as connection:
            return read_unreported(connection, limit)

    def save_quality(
        self, found: Sequence[Quality], agreements: Sequence[Agreement], changes: Sequence[QualityChange]
    ) -> None:
        with transaction(self._engine) as connection:
            connection.execute(ALONE)
            connection.execute(delete(quality))
            if found:
                connection.execute(insert(quality), [quality_row(one) for one in found])
            connection.execute(delete(review_agreement))
            if agreements:
                connection.execute(insert(review_agreement), [agreement_row(one) for one in agreements])
            write_changes(connection, changes)


def _save_drawn(connection: Connection, draw: Draw) -> None:
    if draw.cells:
        connection.execute(insert(review_cells), [cell_row(draw, one) for one in draw.cells])
    if draw.items:
        connection.execute(insert(review_queue), [item_row(draw, one) for one in draw.items])
