"""Whom a command is for."""

from collections.abc import Sequence
from typing import Annotated

import typer

from coagent.adapters.postgres.segment_reader import find_segments
from coagent.bootstrap.postgres import database
from coagent.bootstrap.readers import shift_reader
from coagent.domain.command import Refused, known_signals
from coagent.domain.errors import Fatal
from coagent.domain.segment import Segment
from coagent.domain.shift import Shift
from coagent.entrypoints.control.named import LAST, LOOKED_THROUGH, only, unknown
from coagent.entrypoints.terminal.wording import plain
from coagent.settings import Settings

Target = Annotated[
    str,
    typer.Argument(metavar="SHIFT|SEGMENT", help="A shift's id or its beginning, `last`, or a segment's id or label."),
]
Signals = Annotated[list[str] | None, typer.Option(help="Only this signal; may be repeated.")]
MOST = 20


def the_shift(settings: Settings, named: str) -> Shift:
    """The one shift of that id, or of an id that begins so, or the newest; raises Fatal."""
    found = _shift(settings, named)
    if found is None:
        raise unknown(named, shift_reader(settings).ids(LOOKED_THROUGH))
    return found


def the_segment(settings: Settings, named: str) -> Segment:
    """The one segment of that shift, id, key or label; raises Fatal."""
    shift = _shift(settings, named)
    if shift is not None:
        return shift.segment
    found = find_segments(database(settings), named)
    if not found:
        raise unknown(named, shift_reader(settings).ids(LOOKED_THROUGH), "shift and no segment")
    if len(found) > 1:
        names = _listed([f"{one.id} ({plain(one.label)})" for one in found])
        raise Fatal(f"{plain(named)!r} names {len(found)} segments: {names}; name one by its id")
    return found[0]


def _shift(settings: Settings, named: str) -> Shift | None:
    if not named:
        return None
    reader = shift_reader(settings)
    return only(reader.newest(1) if named == LAST else reader.named(named, MOST), named)


def _listed(names: Sequence[str], most: int = 5) -> str:
    return ", ".join(names[:most]) + (", …" if len(names) > most else "")


def checked(signals: Sequence[str] | None) -> list[str]:
    """Names of signals; raises Fatal where one is none."""
    try:
        return known_signals(list(signals or ()))
    except Refused as unknown_one:
        raise Fatal(f"--signal {unknown_one.detail}") from unknown_one
