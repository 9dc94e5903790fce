"""Segments, found by what people type."""

from msgspec.structs import astuple
from sqlalchemy import Engine, select

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.rows import segment_of
from coagent.adapters.postgres.tables import segments
from coagent.domain.segment import ALL, Segment

OBEYING = segments.c.tenant.is_distinct_from(ALL)
"""A pool of segments takes no commands."""


def find_segments(engine: Engine, named: str) -> list[Segment]:
    """By id (or its beginning), by key (a JSON array), or by label, such as `openai/gpt-4 · summary`; a label without
    its end, or one of the five values alone, names all that fit, if none is called just that.
    """
    with transaction(engine) as connection:
        rows = connection.execute(select(segments).where(OBEYING).order_by(segments.c.id)).mappings()
        known = [segment_of(row) for row in rows]
    exact = [one for one in known if named in {one.id, one.key().decode(), one.label}]
    return exact or [one for one in known if _fits(one, named)]


def _fits(segment: Segment, named: str) -> bool:
    begins = segment.id.startswith(named) or f"{segment.label} ".startswith(f"{named} ")
    return begins or named in astuple(segment)
