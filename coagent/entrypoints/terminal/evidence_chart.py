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

HEIGHT = 9
AXIS_CELLS = 4
GAP_CELLS = 2
LEAST_CELLS = 24
ONSET_STYLE = "on grey30"
DECADES = 3
HEADROOM = 0.2
"""Above the threshold, as a share of what is below it: one line at least."""
CAPTIONS = ("the whole way", "around the onset")


class _Scale(NamedTuple):
    """log10 of the evidence at the chart's lower and upper edge, and at the threshold."""

    low: float
    high: float
    threshold: float

    def line(self, value: float) -> int:
        """The line of characters, counted from above."""
        share = (self.high - value) / (self.high - self.low)
        return min(max(int(share * HEIGHT), 0), HEIGHT - 1)

    def line_of_curve(self, value: float) -> int:
        """The threshold's own line stays free: the curve is above it or below."""
        line = self.line(value)
        if line != self.line(self.threshold):
            return line
        return line - 1 if value > self.threshold else line + 1


def evidence_chart(shift: ShiftReport, width: int, colour: str) -> RenderableType | None:
    """Two charts side by side where there is room; None where the evidence is not known."""
    trace = shift.evidence
    if trace is None or len(trace.rows) < 2:  # noqa: PLR2004  a line needs two points
        return None
    windows = [one for one in (whole(trace), close_up(shift, trace)) if one]
    cells = (width - AXIS_CELLS) // len(windows) - GAP_CELLS
    if cells < LEAST_CELLS:
        windows, cells = windows[-1:], width - AXIS_CELLS - GAP_CELLS
    drawing = _Drawing(shift, trace, _scale(trace), cells, colour)
    grid = Table.grid(padding=(0, GAP_CELLS, 0, 0))
    if len(windows) > 1:
        grid.add_row("", *(Text(name, style="dim") for name in CAPTIONS))
    grid.add_row(drawing.axis(), *(drawing.chart(window) for window in windows))
    return Group(Text("evidence, log10, by request", style="bold"), grid, _legend(trace, colour))


def _scale(trace: Trace) -> _Scale:
    low = min(0.0, float(np.floor(min(trace.log10_evidence))))
    room = HEADROOM * (trace.log10_threshold - low)
    return _Scale(low, max(*trace.log10_evidence, trace.log10_threshold + room), trace.log10_threshold)


def _legend(trace: Trace, colour: str) -> Text:
    rate = f"{10**trace.log10_threshold:,.0f}"
    return Text.assemble(
        ("┄", f"not dim {colour}"),
        f" alarm, by chance at most once in {rate} requests on average",
        ("\n"),
        ("  ", f"not dim {ONSET_STYLE}"),
        " where it began, 95 %   ",
        ("▲", f"not dim {colour}"),
        " alarm raised",
        style="dim",
    )


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
        lines = [" " * AXIS_CELLS] * HEIGHT
        decades = np.arange(np.ceil(self.scale.low / DECADES) * DECADES, self.scale.high, DECADES)
        for value in (*decades.tolist(), self.scale.threshold):
            lines[self.scale.line(value)] = f"{value:>{AXIS_CELLS - 1}.3g} "
        return Text("\n".join(lines), style="dim")

    def chart(self, window: Window) -> Text:
        """The curve, faint after the alarm, over the threshold; below it the alarm and the window's ends."""
        alarm = window.share(self.shift.alarm.row if self.shift.alarm else None)
        alarm_cell = None if alarm is None else min(int(alarm * self.cells), self.cells - 1)
        lines = self._empty()
        for row, cell, sign in self._curve(window):
            style = "bold" if alarm_cell is None or cell <= alarm_cell else "dim"
            lines[row] = Text.assemble(lines[row][:cell], (sign, style), lines[row][cell + 1 :])
        self._shade(lines, window)
        return Text("\n").join([*lines, self._foot(alarm_cell), self._ends(window)])

    def _empty(self) -> list[Text]:
        lines = [Text(" " * self.cells) for _ in range(HEIGHT)]
        lines[self.scale.line(self.scale.threshold)] = Text("┄" * self.cells, style=self.colour)
        return lines

    def _curve(self, window: Window) -> Iterator[tuple[int, int, str]]:
        """Line, cell and character."""
        rows = np.asarray(self.trace.rows, float)
        x = np.linspace(window.first, window.last, self.cells)
        evidence = np.interp(x, rows, np.asarray(self.trace.log10_evidence), left=np.nan, right=np.nan)
        return curve([None if np.isnan(one) else self.scale.line_of_curve(one) for one in evidence.tolist()])

    def _shade(self, lines: list[Text], window: Window) -> None:
        low, high = window.share(self.shift.onset_low), window.share(self.shift.onset_high)
        if low is not None and high is not None:
            first = min(int(low * self.cells), self.cells - 1)
            for line in lines:
                line.stylize(ONSET_STYLE, first, max(int(np.ceil(high * self.cells)), first + 1))

    def _foot(self, alarm_cell: int | None) -> Text:
        line = Text("─" * self.cells, style="dim")
        if alarm_cell is None:
            return line
        return Text.assemble(line[:alarm_cell], ("▲", self.colour), line[alarm_cell + 1 :])

    def _ends(self, window: Window) -> Text:
        """The first and last request's number."""
        first, last = f"{window.first:,.0f}", f"{window.last:,.0f}"
        return Text(f"{first}{last:>{max(self.cells - len(first), 1)}}"[: self.cells], style="dim")
