"""When it began, when it was noticed, when people were told, and how it ended."""

from collections.abc import Iterator
from typing import NamedTuple

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from coagent.domain.report import Place, ShiftReport
from coagent.entrypoints.terminal.figures import moment
from coagent.entrypoints.terminal.wording import plain

ROOMY_CELLS = 110


class Step(NamedTuple):
    """`rows` tells where in the segment's stream."""

    name: str
    place: Place
    rows: str


def steps(shift: ShiftReport) -> Iterator[Step]:
    """Onset, alarm, told, and the state at the newest request judged."""
    yield Step("onset", shift.onset, _onset_rows(shift))
    if shift.alarm:
        yield Step("alarm", shift.alarm, _since(shift, shift.alarm))
    yield Step("paged" if shift.page else "told", shift.raised, _since(shift, shift.raised))
    if shift.updated:
        state = "open at" if shift.status == "open" else shift.status
        yield Step(state, shift.updated, _since(shift, shift.updated))


def life_cycle(shift: ShiftReport, width: int) -> RenderableType:
    """With the requests' ids where there is room for all of them, else with that of the onset alone."""
    grid = Table.grid(padding=(0, 2))
    for step in steps(shift):
        request = Text(plain(step.place.request_id or ""), style="dim", no_wrap=True, overflow="ellipsis")
        line = (Text(step.name, style="dim"), moment(step.place.time), step.rows)
        grid.add_row(*line, *((request,) if width >= ROOMY_CELLS else ()))
        if width < ROOMY_CELLS and step.place is shift.onset and request.plain:
            grid.add_row("", Text("first request affected", style="dim"), request)
    return grid


def _onset_rows(shift: ShiftReport) -> str:
    if shift.onset.row is None:
        return ""
    low, high = shift.onset_low, shift.onset_high
    interval = "" if low is None or high is None else f" ({low:,} to {high:,})"
    return f"request {shift.onset.row:,}{interval}"


def _since(shift: ShiftReport, place: Place) -> str:
    if place.row is None or shift.onset.row is None:
        return ""
    count = place.row - shift.onset.row + 1
    return f"{count:,} request{'s' if count != 1 else ''} into it" if count > 0 else "before the onset"
