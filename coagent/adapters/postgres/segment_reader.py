"""Segments, found by what people type."""

from msgspec.structs import astuple, replace
from sqlalchemy import ColumnElement, Engine, select

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.rows import segment_of
from coagent.adapters.postgres.tables import detectors, segments
from coagent.domain.segment import ALL, Segment

OBEYING = segments.c.tenant.is_distinct_from(ALL)
"""A pool of segments takes no commands."""


def find_segments(engine: Engine, named: str) -> list[Segment]:
    """By id (or its beginning), by key (a JSON array), or by label, such as `openai/gpt-4 · summary`; a label without
    its end, or one of the five values alone, names all that fit, if none is called just that.
    """
    known = _read(engine, OBEYING)
    exact = [one for one in known if named in {one.id, one.key().decode(), one.label}]
    return exact or [one for one in known if _fits(one, named)]


def sensed_parts(
    engine: Engine, provider: str | None, model: str | None, task: str | None, tenant: str | None
) -> list[Segment]:
    """Streams that are watched and have such requests, with the task and tenant that were named; None: any."""
    wanted = {"provider": provider, "request_model": model, "task": task, "tenant": tenant}
    conditions = [segments.c[name] == value for name, value in wanted.items() if value is not None]
    streams = {one.stream for one in _read(engine, OBEYING, *conditions)}
    with transaction(engine) as connection:
        sensed = set(connection.execute(select(detectors.c.segment_id).distinct()).scalars())
    return [replace(one, task=task, tenant=tenant) for one in sorted(streams, key=Segment.key) if one.id in sensed]


def _read(engine: Engine, *conditions: ColumnElement[bool]) -> list[Segment]:
    with transaction(engine) as connection:
        rows = connection.execute(select(segments).where(*conditions).order_by(segments.c.id)).mappings()
        return [segment_of(row) for row in rows]


def _fits(segment: Segment, named: str) -> bool:
    begins = segment.id.startswith(named) or f"{segment.label} ".startswith(f"{named} ")
    return begins or named in astuple(segment)
