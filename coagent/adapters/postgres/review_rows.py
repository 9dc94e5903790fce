"""Rows of the review queue, from values and back."""

import hashlib
from datetime import UTC
from typing import Any

from sqlalchemy import RowMapping

from coagent.adapters.postgres.rows import Row
from coagent.adapters.postgres.storable import storable
from coagent.domain.label import Label, SaidOfRequest
from coagent.domain.review import Agreement, Cell, Draw, DrawnCell, Quality, QueueItem, ReviewEntry, ReviewPool

TEXTS = ("request_id", "task", "tenant", "link")


def part_row(pool: ReviewPool) -> Row:
    return {
        "segment_id": pool.segment.id,
        "day": pool.day,
        "part": storable(pool.part),
        "sequence": pool.sequence,
        "requests": {one.reason: one.requests for one in pool.requests},
        "without_id": pool.without_id,
    }


def entry_rows(pool: ReviewPool) -> list[Row]:
    return [_storable(_plain(entry) | {"segment_id": pool.segment.id, "day": pool.day}) for entry in pool.entries]


def entry_of(row: RowMapping) -> ReviewEntry:
    values = {name: row[name] for name in ReviewEntry.__struct_fields__ if name != "time"}
    return ReviewEntry(**values, time=row["time"].astimezone(UTC))


def cell_row(draw: Draw, one: DrawnCell) -> Row:
    return {
        "day": draw.day,
        "segment_id": one.cell.stream_id,
        "reason": one.cell.reason,
        "requests": one.requests,
        "stratum": one.stratum,
        "stratum_requests": one.stratum_requests,
        "stratum_drawn": one.stratum_drawn,
    }


def cell_of(row: RowMapping) -> DrawnCell:
    names = ("requests", "stratum", "stratum_requests", "stratum_drawn")
    return DrawnCell(cell=Cell(row["segment_id"], row["reason"]), **{name: row[name] for name in names})


def item_row(draw: Draw, item: QueueItem) -> Row:
    values = _plain(item)
    return _storable(values | {"segment_id": values.pop("stream_id"), "day": draw.day})


def item_of(row: RowMapping) -> QueueItem:
    named = {"stream_id": row["segment_id"], "time": row["time"] and row["time"].astimezone(UTC)}
    return QueueItem(**named, **{name: row[name] for name in QueueItem.__struct_fields__ if name not in named})


def label_row(each: SaidOfRequest) -> Row:
    said = each.said
    return {
        "id": storable(said.id),
        "kind": "label" if isinstance(said, Label) else "report",
        "request_id": storable(said.request_id),
        "by": storable(said.by),
        "at": said.at,
        "verdict": said.verdict if isinstance(said, Label) else None,
        "tags": said.tags if isinstance(said, Label) else [],
        "cluster": each.cluster,
        "partition": each.partition,
        "offset": each.offset,
    }


def quality_row(one: Quality) -> Row:
    values = _plain(one)
    name = (values["day"], one.days, one.stream_id, one.provider, one.request_model, one.task, one.is_by_task)
    identity = hashlib.blake2b(repr(name).encode(errors="replace"), digest_size=8).hexdigest()
    return values | {"id": identity, "segment_id": values.pop("stream_id"), "task": storable(one.task)}


def agreement_row(one: Agreement) -> Row:
    return _plain(one)


def _plain(value: Any) -> Row:
    return {name: getattr(value, name) for name in value.__struct_fields__}


def _storable(row: Row) -> Row:
    return row | {name: storable(row[name]) for name in TEXTS if name in row}
