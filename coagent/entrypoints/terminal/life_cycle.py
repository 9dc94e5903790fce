"""When it began, when it was noticed and reported, and how it ended."""

from collections.abc import Iterator
from typing import NamedTuple

from rich.text import Text

from coagent.domain.number_format import moment, requests
from coagent.domain.report import Place, ShiftReport
from coagent.entrypoints.terminal.lines import line
from coagent.entrypoints.terminal.wording import plain

NAME_CELLS, ROWS_CELLS = 9, 32


class Step(NamedTuple):
    """`rows` says where in the stream."""

    name: str
    place: Place
    rows: str


def steps(shift: ShiftReport) -> Iterator[Step]:
    """Onset, alarm, report, and the state at the newest request judged."""
    yield Step("began", shift.onset, _onset_rows(shift))
    if shift.alarm:
        yield Step("alarm", shift.alarm, _since(shift, shift.alarm))
    yield Step("paged" if shift.page else "reported", shift.raised, _since(shift, shift.raised))
    if shift.updated:
        state = "open at" if shift.status == "open" else shift.status
        yield Step(state, shift.updated, _since(shift, shift.updated))


def life_cycle(shift: ShiftReport, *, full: bool) -> list[Text]:
    """A line a step: time, place in the stream, the request's id; the alarm only if `full`."""
    return [_line(step) for step in steps(shift) if full or step.name != "alarm"]


def _line(step: Step) -> Text:
    text = line("")
    text.append(step.name.ljust(NAME_CELLS + 1), "dim").append(f"{moment(step.place.time)} UTC  ")
    text.append(step.rows.ljust(ROWS_CELLS)).append(plain(step.place.request_id or ""), "dim")
    return text


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
    return f"{requests(count)} into it" if count > 0 else "before the onset"
