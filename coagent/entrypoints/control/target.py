"""Whom a command is for."""

import re
from collections.abc import Sequence
from typing import Annotated

import typer

from coagent import bootstrap
from coagent.adapters.postgres.segment_reader import find_segments
from coagent.domain.command import Refused, known_signals
from coagent.domain.errors import Fatal
from coagent.domain.segment import ALL, Segment
from coagent.domain.shift import Shift
from coagent.settings import Settings

OPEN = "select id, headline from insights.shifts where status = 'open'"
SEGMENTS = (
    "select distinct segment_id, provider, request_model, task, tenant from insights.detectors "
    "where tenant is distinct from '(all)'"
)
Target = Annotated[
    str, typer.Argument(metavar="SEGMENT|SHIFT_ID", help="A segment's id, key or label, or a shift of it.")
]
Signals = Annotated[list[str] | None, typer.Option(help="Only this signal; may be repeated.")]
MOST = 20
SHORTEST = 4
"""Characters of an id that may stand for it."""


def the_shift(settings: Settings, named: str) -> Shift:
    """The one shift of that id, or of an id that begins so; raises Fatal."""
    found = _shifts(settings, named)
    if not found:
        raise Fatal(f"no shift {named!r}: `{OPEN}` lists those that are open")
    if len(found) > 1:
        names = _listed([one.id for one in found])
        raise Fatal(f"{named!r} begins the ids of {len(found)} shifts: {names}; say more of it")
    return found[0]


def the_segment(settings: Settings, named: str) -> Segment:
    """The one segment of that shift, id, key or label; raises Fatal."""
    shifts = _shifts(settings, named)
    if len(shifts) == 1:
        return of_one_segment(shifts[0]).segment
    found = find_segments(bootstrap.database(settings), named)
    if not found:
        raise Fatal(f"no shift and no segment {named!r}: `{OPEN}` and `{SEGMENTS}` list them")
    if len(found) > 1:
        names = _listed([f"{one.id} ({one.label})" for one in found])
        raise Fatal(f"{named!r} names {len(found)} segments: {names}; say the id of one")
    return found[0]


def of_one_segment(shift: Shift) -> Shift:
    """The shift itself; raises Fatal where it is of a provider's and model's segments together: they are decided on
    one by one.
    """
    if shift.segment.tenant != ALL:
        return shift
    names = _listed([f"{one.id} ({one.label})" for one in shift.carriers]) or f"`{SEGMENTS}`"
    raise Fatal(
        f"shift {shift.id} is of many segments together, none of which shows it alone; name one of them: {names}"
    )


def _shifts(settings: Settings, named: str) -> list[Shift]:
    if len(named) < SHORTEST or not re.fullmatch(r"[0-9a-f]+", named):
        return []
    found = bootstrap.shift_reader(settings).named(named, MOST)
    return [one for one in found if one.id == named] or found


def _listed(names: Sequence[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def checked(signals: Sequence[str] | None) -> list[str]:
    """Names of signals; raises Fatal where one is none."""
    try:
        return known_signals(list(signals or ()))
    except Refused as unknown:
        raise Fatal(f"--signal {unknown.detail}") from unknown
