"""Changes of streams' success rates in Postgres."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from sqlalchemy import Connection, and_, or_, select
from sqlalchemy.dialects.postgresql import distinct_on, insert

from coagent.adapters.postgres.insight_store import that_wait, with_segment
from coagent.adapters.postgres.review_tables import quality_changes
from coagent.adapters.postgres.rows import shift_of
from coagent.adapters.postgres.tables import segments, shifts, words
from coagent.adapters.postgres.telemetry_store import write_segments
from coagent.domain.quality_change import Accepted, QualityChange, ShiftThen
from coagent.domain.segment import ALL, Segment
from coagent.domain.shift import Shift

MOST_SHIFTS = 5
DAY = timedelta(days=1)


def read_changes(connection: Connection) -> list[QualityChange]:
    query = select(quality_changes.c.finding).order_by(quality_changes.c.found_on, quality_changes.c.id)
    return [msgspec.convert(one, QualityChange) for one in connection.execute(query).scalars()]


def read_of_shift(connection: Connection, shift_id: str) -> list[QualityChange]:
    """Those that name it, oldest first."""
    names_it = quality_changes.c.finding["shifts"].contains([{"id": shift_id}])
    query = select(quality_changes.c.finding).where(names_it)
    rows = connection.execute(query.order_by(quality_changes.c.found_on, quality_changes.c.id)).scalars()
    return [msgspec.convert(one, QualityChange) for one in rows]


def read_unreported(connection: Connection, limit: int) -> list[QualityChange]:
    query = that_wait(quality_changes, "quality").order_by(quality_changes.c.found_on, quality_changes.c.id)
    rows = connection.execute(query.limit(limit)).mappings()
    return [msgspec.convert(row["finding"], QualityChange) for row in rows]


def read_accepted(connection: Connection) -> list[Accepted]:
    """The first word about each open change."""
    is_about = and_(words.c.conversation == quality_changes.c.id, words.c.kind == "accept")
    query = select(quality_changes.c.id, words.c.by, words.c.at).join(words, is_about)
    query = query.where(quality_changes.c.status == "open").ext(distinct_on(quality_changes.c.id))
    rows = connection.execute(query.order_by(quality_changes.c.id, words.c.at, words.c.id))
    return [Accepted(name, by, at.astimezone(UTC)) for name, by, at in rows]


def read_shifts(connection: Connection, stream: Segment, since: datetime, until: datetime) -> list[ShiftThen]:
    """Open at some time from the day `since` to the day `until`, of all its model's streams together too. First those
    that paged and are open still, then others that paged; the newest first.
    """
    everywhere = and_(
        segments.c.provider == stream.provider,
        segments.c.request_model == stream.request_model,
        segments.c.tenant == ALL,
    )
    was_open = and_(shifts.c.onset_time < until + DAY, or_(shifts.c.ended_at.is_(None), shifts.c.ended_at >= since))
    query = with_segment(shifts).where(or_(segments.c.stream_id == stream.id, everywhere), was_open)
    still_paged = and_(shifts.c.paged_at.is_not(None), shifts.c.ended_at.is_(None))
    order = (still_paged.desc(), shifts.c.paged_at.is_(None), shifts.c.onset_time.desc(), shifts.c.id)
    rows = connection.execute(query.order_by(*order).limit(MOST_SHIFTS)).mappings()
    return [_shift_then(shift_of(row), row["paged_at"]) for row in rows]


def _shift_then(one: Shift, paged_at: datetime | None) -> ShiftThen:
    return ShiftThen(
        id=one.id,
        cause=one.cause.kind,
        direction=one.direction,
        since=one.onset.time,
        paged=one.status == "open" and paged_at is not None,
        ended_at=one.ended_at,
    )


def write_changes(connection: Connection, found: Sequence[QualityChange]) -> None:
    """In their order: one stream has one open change at a time."""
    statement = insert(quality_changes)
    changed = {column.name: statement.excluded[column.name] for column in quality_changes.c if column.name != "id"}
    newer = statement.excluded.sequence > quality_changes.c.sequence
    upsert = statement.on_conflict_do_update(index_elements=["id"], set_=changed, where=newer)
    if not found:
        return
    write_segments(connection, (one.segment for one in found))
    for one in found:
        connection.execute(upsert, _row(one))


def _row(one: QualityChange) -> dict[str, Any]:
    return {
        "id": one.id,
        "sequence": one.sequence,
        "segment_id": one.segment.id,
        "status": one.status,
        "finding": msgspec.json.decode(msgspec.json.encode(one)),
        "found_on": one.found_on,
        "ended_at": one.ended_at,
    }
