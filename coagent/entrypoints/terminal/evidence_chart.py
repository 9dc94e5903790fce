"""Evidence over time in characters: the whole way, and the stretch around the onset."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.domain.report import ShiftReport
from coagent.domain.trace import Trace
from coagent.entrypoints.plots.evidence import Window, close_up, whole
from coagent.entrypoints.terminal.curve import curve
from coagent.entrypoints.terminal.lines import line

HEIGHT, FULL_HEIGHT = 6, 9
BESIDE = 3
"""Lines beside the curve's: heading, foot and the requests' numbers."""
AXIS_CELLS = 4
GAP_CELLS = 2
LEAST_CELLS = 24
ONSET_STYLE = "on grey30"
ONSET_MARK = "▒"
DECADES = 3
HEADROOM_LINES = 1.3
"""Above the threshold."""


class _Scale(NamedTuple):
    """log10 of the evidence at the chart's lower and upper edge, and at the threshold; lines from edge to edge."""

    low: float
    high: float
    threshold: float
    height: int

    def line(self, value: float) -> int:
        """The line of characters, counted from above."""
        share = (self.high - value) / (self.high - self.low)
        return min(max(int(share * self.height), 0), self.height - 1)

    def line_of_curve(self, value: float) -> int:
        """The threshold's own line stays free: the curve is above it or below."""
        line = self.line(value)
        if line != self.line(self.threshold):
            return line
        return line - 1 if value > self.threshold else line + 1


def evidence_chart(shift: ShiftReport, width: int, colour: str, height: int = HEIGHT) -> RenderableType | None:
    """`height` lines and BESIDE: two charts where there is room; None where the evidence is not known."""
    trace = shift.evidence
    if trace is None or len(trace.rows) < 2:  # noqa: PLR2004  a line needs two points
        return None
    windows = [one for one in (whole(trace), close_up(shift, trace)) if one]
    cells = (width - AXIS_CELLS) // len(windows) - GAP_CELLS
    if cells < LEAST_CELLS:
        windows, cells = windows[-1:], width - AXIS_CELLS - GAP_CELLS
    drawing = _Drawing(shift, trace, _scale(trace, height), cells, colour)
    grid = Table.grid(padding=(0, GAP_CELLS, 0, 0))
    grid.add_row(drawing.axis(), *(drawing.chart(window) for window in windows))
    return Group(_heading(trace, width, colour), grid)


def _scale(trace: Trace, height: int) -> _Scale:
    low = min(0.0, float(np.floor(min(trace.log10_evidence))))
    room = HEADROOM_LINES / (height - 1) * (trace.log10_threshold - low)
    return _Scale(low, max(*trace.log10_evidence, trace.log10_threshold + room), trace.log10_threshold, height)


def _heading(trace: Trace, width: int, colour: str) -> Text:
    """What is drawn and what the marks mean, shorter where there is little room."""
    rate = f"{10**trace.log10_threshold:,.0f}"
    long = f" alarm threshold, passed by chance at most once in {rate} requests"
    short = f" alarm threshold (1 in {rate} by chance)"
    marks = f"  {ONSET_MARK} where it began (95 %)  "
    text = next((one for one in (long, short) if len(one) + len(marks) + 30 <= width), " threshold")
    heading = line("")
    heading.append("evidence, log10", "bold").append("  ┄", colour).append(text, "dim")
    return heading.append(marks, "dim").append("▲", colour).append(" alarm", "dim")


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What the charts of one shift have in common."""

    shift: ShiftReport
    trace: Trace
    scale: _Scale
    cells: int
    colour: str

    def axis(self) -> Text:
        """Labels every few decades."""
        lines = [" " * AXIS_CELLS] * self.scale.height
        decades = np.arange(np.ceil(self.scale.low / DECADES) * DECADES, self.scale.high, DECADES)
        for value in (*decades.tolist(), self.scale.threshold):
            lines[self.scale.line(value)] = f"{value + 0.0:>{AXIS_CELLS - 1}.3g} "
        return Text("\n".join(lines), style="dim")

    def chart(self, window: Window) -> Text:
        """The curve, faint after the alarm, over the threshold; below it onset, alarm and the window's ends."""
        alarm = self._alarm_cell(window)
        lines = self._empty()
        for row, cell, sign in self._curve(window):
            style = "bold" if alarm is None or cell <= alarm else "dim"
            lines[row] = Text.assemble(lines[row][:cell], (sign, style), lines[row][cell + 1 :])
        onset = self._onset_cells(window)
        if onset:
            for one in lines:
                one.stylize(ONSET_STYLE, *onset)
        return Text("\n").join([*lines, self._foot(onset, alarm), self._ends(window)])

    def _alarm_cell(self, window: Window) -> int | None:
        share = window.share(self.shift.alarm.row if self.shift.alarm else None)
        return None if share is None else min(int(share * self.cells), self.cells - 1)

    def _empty(self) -> list[Text]:
        lines = [Text(" " * self.cells) for _ in range(self.scale.height)]
        lines[self.scale.line(self.scale.threshold)] = Text("┄" * self.cells, style=self.colour)
        return lines

    def _curve(self, window: Window) -> Iterator[tuple[int, int, str]]:
        """Line, cell and character."""
        rows = np.asarray(self.trace.rows, float)
        x = np.linspace(window.first, window.last, self.cells)
        evidence = np.interp(x, rows, np.asarray(self.trace.log10_evidence), left=np.nan, right=np.nan)
        return curve([None if np.isnan(one) else self.scale.line_of_curve(one) for one in evidence.tolist()])

    def _onset_cells(self, window: Window) -> tuple[int, int] | None:
        """From the first to behind the last cell of where it began."""
        low, high = window.share(self.shift.onset_low), window.share(self.shift.onset_high)
        if low is None or high is None:
            return None
        first = min(int(low * self.cells), self.cells - 1)
        return first, min(max(int(np.ceil(high * self.cells)), first + 1), self.cells)

    def _foot(self, onset: tuple[int, int] | None, alarm: int | None) -> Text:
        """Marks that are seen without colour, too."""
        signs = ["─"] * self.cells
        if onset:
            signs[slice(*onset)] = ONSET_MARK * (onset[1] - onset[0])
        if alarm is not None:
            signs[alarm] = "▲"
        foot = Text("".join(signs), style="dim")
        if alarm is not None:
            foot.stylize(f"not dim {self.colour}", alarm, alarm + 1)
        return foot

    def _ends(self, window: Window) -> Text:
        """The first and last request's number."""
        first, last = f"request {window.first:,.0f}", f"{window.last:,.0f}"
        return Text(f"{first}{last:>{max(self.cells - len(first), 1)}}"[: self.cells], style="dim")
