"""What a command may be for: shifts and segments, found by what people type."""

from typing import Any

import msgspec
from sqlalchemy import Engine, RowMapping, select, text

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.rows import segment_of
from coagent.adapters.postgres.tables import segments
from coagent.domain.segment import Segment

SHIFT = text("""
SELECT shift.id, shift.status, shift.headline, shift.updated_row,
    shift.provider, shift.request_model, shift.endpoint, shift.task, shift.tenant
FROM insights.shifts AS shift WHERE starts_with(shift.id, :id) ORDER BY shift.id LIMIT 20
""")


class FoundShift(msgspec.Struct, frozen=True):
    """As the views tell it; `row` is the last row that it covers."""

    id: str
    segment: Segment
    status: str
    headline: str | None
    row: int


def find_shifts(engine: Engine, beginning: str) -> list[FoundShift]:
    """Those whose id begins so, at most 20."""
    return [_shift(row) for row in _rows(engine, SHIFT, {"id": beginning})]


def _shift(row: RowMapping) -> FoundShift:
    return FoundShift(row["id"], segment_of(row), row["status"], row["headline"], row["updated_row"])


def find_segments(engine: Engine, named: str) -> list[Segment]:
    """By id (or its beginning), by key (a JSON array), or by label, such as `openai/gpt-4 · summary`; a label without
    its end names all that begin so, if none is called just that.
    """
    known = [segment_of(row) for row in _rows(engine, select(segments).order_by(segments.c.id), {})]
    exact = [one for one in known if named in {one.id, one.key().decode(), one.label}]
    return exact or [one for one in known if one.id.startswith(named) or f"{one.label} ".startswith(f"{named} ")]


def _rows(engine: Engine, query: Any, values: dict[str, str]) -> list[RowMapping]:
    with transaction(engine) as connection:
        return list(connection.execute(query, values).mappings())
