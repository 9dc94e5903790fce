"""The one picture of detection: what was found of the labelled cases, false alarms, power, and the demo."""

from collections.abc import Sequence
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from coagent.bench.detection_report import DetectionReport
from coagent.bench.sections.case_rivals import RivalCase, of_coagent
from coagent.bench.sections.cases import SHIFTS
from coagent.bench.sections.nulls import Null
from coagent.bench.sections.power import Power
from coagent.drawing.files import save_as
from coagent.drawing.style import FAINT, INK, NORMAL, SHADE, SMALL, bare, drawing

WIDTH, HEIGHT = 11.5, 8.6
COAGENT = "coagent"
COLOURS = {COAGENT: "#c0392b", "ADWIN": "#2b6cb0", "PageHinkley": "#2f855a", "KSWIN": "#805ad5"}
MARKS = {COAGENT: "o", "ADWIN": "s", "PageHinkley": "^", "KSWIN": "D"}
SHARE_COLOURS = ("#7b1d13", "#c0392b", "#dd7a5d", "#b7791f", "#9aa1ac")
MISSED_ROWS = 1_000.0
"""Where what was not found stands."""
NOT_FOUND_ROWS = 5_000.0


def draw(report: DetectionReport, path: Path) -> None:
    """Panels of what was measured. Raises Fatal where the file cannot be written."""
    with drawing():
        save_as(detection_figure(report), path)


def detection_figure(report: DetectionReport) -> Figure:
    """Use within `style.drawing`."""
    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    every = [one for one in (*of_coagent(report.cases or ()), *(report.rivals or ())) if one.rival in COLOURS]
    grid = figure.add_gridspec(3, 2, width_ratios=(1.1, 1), height_ratios=(0.8, 1.25, 1.4))
    _delays(figure.add_subplot(grid[:, 0]), every)
    _falses(figure.add_subplot(grid[0, 1]), every)
    _nulls(figure.add_subplot(grid[1, 1]), report.nulls or [])
    _power(figure.add_subplot(grid[2, 1]), report.power or [])
    return figure


def _title(axes: Axes, text: str) -> None:
    axes.set_title(text, fontsize=NORMAL, weight="bold", loc="left", color=INK)
    bare(axes)


def _delays(axes: Axes, every: Sequence[RivalCase]) -> None:
    """A line a case, a mark a detector."""
    names = sorted({(one.expect, one.case) for one in every if one.expect in SHIFTS}, reverse=True)
    place = {name: number for number, (_, name) in enumerate(names)}
    for number, name in enumerate(dict.fromkeys(one.rival for one in every)):
        some = [one for one in every if one.rival == name and one.case in place]
        rows = [float(one.rows_to_alarm or MISSED_ROWS) for one in some]
        heights = [place[one.case] + 0.13 * (1.5 - number) for one in some]
        axes.plot(rows, heights, MARKS[name], color=COLOURS[name], markersize=5.5 if name == COAGENT else 4,
                  fillstyle="full" if name == COAGENT else "none", label=name, clip_on=False)  # fmt: skip
    axes.set_yticks(list(place.values()), [f"{name}{' (hard)' * (kind == 'hard')}" for kind, name in names])
    axes.axvspan(0.8 * MISSED_ROWS, 1.25 * MISSED_ROWS, color=SHADE, zorder=0, linewidth=0)
    axes.annotate("not found", (MISSED_ROWS, 0.015), xycoords=("data", "axes fraction"), ha="center", va="bottom",
                  rotation=90, fontsize=SMALL, color=FAINT)  # fmt: skip
    axes.grid(axis="y", color=SHADE, linewidth=0.6)
    _log(axes, axes.xaxis)
    axes.set_xlabel("rows from the change to the alarm")
    _title(axes, "Real changes: how soon each is found")
    if every:
        axes.legend(loc="lower center", bbox_to_anchor=(0.3, -0.14), ncols=4, frameon=False, fontsize=SMALL)


def _falses(axes: Axes, every: Sequence[RivalCase]) -> None:
    """Bars a detector: false alarms in rows without a change, and mixes and improvements taken for one."""
    names = list(dict.fromkeys(one.rival for one in every))
    counts = [_false(every, name) for name in names]
    for number, (name, (alarms, taken, of)) in enumerate(zip(names, counts, strict=True)):
        axes.barh(number, alarms, color=COLOURS[name], height=0.6)
        axes.annotate(f" {alarms:,}; {taken} of {of}", (alarms, number), va="center", fontsize=SMALL)
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlim(0, 1.25 * max((alarms for alarms, _, _ in counts), default=1) + 1)
    _title(axes, "False alarms; mixes and improvements\ntaken for a change")


def _false(every: Sequence[RivalCase], name: str) -> tuple[int, int, int]:
    own = [one for one in every if one.rival == name]
    other = [one for one in own if one.expect in {"traffic_mix", "improvement"}]
    alarms = sum(one.false for one in own if one.expect not in {"traffic_mix", "improvement"})
    return alarms, sum(bool(one.false) for one in other), len(other)


def _nulls(axes: Axes, nulls: Sequence[Null]) -> None:
    """Of each pattern the mean over lengths of streams: what alarmed, and what paged."""
    patterns = list(dict.fromkeys(one.pattern for one in nulls))
    for number, pattern in enumerate(patterns):
        some = [one for one in nulls if one.pattern == pattern]
        alarms, pages = (_mean(some, name) for name in ("alarms", "pages"))
        axes.barh(number, alarms, color=SHADE, height=0.62)
        axes.barh(number, pages, color=COLOURS[COAGENT], height=0.62)
        axes.annotate(f" {alarms:.0f} alarms, {pages:.0f} pages", (alarms, number), va="center", fontsize=SMALL)
    axes.set_yticks(range(len(patterns)), patterns)
    axes.invert_yaxis()
    axes.set_xlim(right=1.35 * max(axes.get_xlim()[1], 1))
    axes.set_xlabel("a million rows")
    _title(axes, "Nothing changed: alarms (grey), pages (red)")


def _mean(some: Sequence[Null], name: str) -> float:
    rows = sum(one.rows for one in some)
    return float(sum(getattr(one, name) * one.rows for one in some)) / rows


def _power(axes: Axes, every: Sequence[Power]) -> None:
    """A line a share of the rollout over the rows before: one tenant full, many dashed."""
    grid = [one for one in every if one.who == "alike" and (one.change.startswith("location 3") or one.share < 1)]
    for number, part in enumerate(sorted({one.share for one in grid}, reverse=True)):
        for tenants in sorted({one.tenants for one in grid}):
            line = sorted((one.rows_before, one.median or NOT_FOUND_ROWS) for one in grid
                          if (one.share, one.tenants) == (part, tenants))  # fmt: skip
            axes.plot(*zip(*line, strict=True), color=SHARE_COLOURS[number], marker="o", markersize=3.5,
                      linestyle="-" if tenants == 1 else (0, (3, 2)), linewidth=1.2, clip_on=False)  # fmt: skip
        axes.annotate(f"  {100 * part:g} %", _end(grid, part), va="center", fontsize=SMALL, color=SHARE_COLOURS[number],
                      annotation_clip=False)  # fmt: skip
    if grid:
        axes.set_xscale("log")
        _log(axes, axes.yaxis)
        _plain(axes.xaxis, sorted({one.rows_before for one in grid}))
        axes.axhspan(0.8 * NOT_FOUND_ROWS, 1.25 * NOT_FOUND_ROWS, color=SHADE, zorder=0, linewidth=0)
        axes.annotate("not found in half of the runs", (0.5, NOT_FOUND_ROWS), xycoords=("axes fraction", "data"),
                      ha="center", va="center", fontsize=SMALL, color=FAINT)  # fmt: skip
    axes.set_xlabel("rows before the change")
    axes.set_ylabel("median rows to the alarm")
    _title(axes, "+3 sd in one signal, by share of the rows\n(dashed: over many tenants)")


def _end(grid: Sequence[Power], part: float) -> tuple[int, float]:
    """The last point of one tenant's line."""
    last = max((one for one in grid if one.share == part and one.tenants == 1), key=lambda one: one.rows_before)
    return last.rows_before, last.median or NOT_FOUND_ROWS


def _log(axes: Axes, axis: Axis) -> None:
    if axis is axes.xaxis:
        axes.set_xscale("log")
    else:
        axes.set_yscale("log")
    _plain(axis)


def _plain(axis: Axis, ticks: Sequence[int] = ()) -> None:
    if ticks:
        axis.set_ticks(ticks)
    else:
        axis.set_major_locator(LogLocator(numticks=8))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:,.6g}"))
