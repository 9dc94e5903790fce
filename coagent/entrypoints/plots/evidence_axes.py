"""Evidence over time against the threshold, on given axes."""

from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, MaxNLocator

from coagent.domain.report import ShiftReport
from coagent.domain.trace import Trace
from coagent.drawing.style import COLOURS, FAINT, INK, SHADE, SMALL, bare
from coagent.entrypoints.plots.evidence import Window

TICKS = 4


def draw_evidence(axes: Axes, shift: ShiftReport, trace: Trace, window: Window) -> None:
    """Faint after the alarm: there it is what the alarm rose with, less the evidence that all is back."""
    colour = COLOURS[shift.cause.family]
    onset = (shift.onset_low, shift.onset_high)
    if onset[0] is not None and onset[1] is not None:
        axes.axvspan(onset[0] - 0.5, onset[1] + 0.5, color=SHADE, linewidth=0)
    axes.axhline(trace.log10_threshold, color=colour, linewidth=0.9, linestyle=(0, (4, 2)))
    _draw_curve(axes, shift, trace)
    if shift.alarm and shift.alarm.row is not None:
        axes.plot(shift.alarm.row, _evidence_at(trace, shift.alarm.row), "o", color=colour, markersize=4.5, zorder=4)
    axes.set_xlim(window.first, window.last)
    _label_requests(axes, trace)
    bare(axes)


def _draw_curve(axes: Axes, shift: ShiftReport, trace: Trace) -> None:
    alarm = shift.alarm.row if shift.alarm and shift.alarm.row is not None else trace.rows[-1]
    points = list(zip(trace.rows, trace.log10_evidence, strict=True))
    until, since = [one for one in points if one[0] <= alarm], [one for one in points if one[0] >= alarm]
    axes.plot(*zip(*until, strict=True), color=INK, linewidth=1.3, zorder=3)
    if since:
        axes.plot(*zip(*since, strict=True), color=FAINT, linewidth=1.0, zorder=3)


def _evidence_at(trace: Trace, row: int) -> float:
    """At a row of the trace, or at the nearest one."""
    return min(zip(trace.rows, trace.log10_evidence, strict=True), key=lambda one: abs(one[0] - row))[1]


def _label_requests(axes: Axes, trace: Trace) -> None:
    """Each tick shows the number of the request and its time."""

    def label(row: float, _position: int) -> str:
        at = min(range(len(trace.rows)), key=lambda place: abs(trace.rows[place] - row))
        return f"{row:,.0f}\n{trace.times[at]:%H:%M:%S}"

    axes.xaxis.set_major_locator(MaxNLocator(TICKS, integer=True))
    axes.xaxis.set_major_formatter(FuncFormatter(label))
    axes.tick_params(labelsize=SMALL - 1)
