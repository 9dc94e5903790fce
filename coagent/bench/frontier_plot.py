"""The picture of delay against false alarms: a panel a change, a line a detector over its settings."""

from math import log
from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from coagent.bench.sections.comparison import Compared, Setting
from coagent.drawing.files import save
from coagent.drawing.style import FAINT, INK, NORMAL, SMALL, bare, drawing

NAME = "detection-frontier"
ROWS, COLUMNS = 2, 3
WIDTH, HEIGHT = 11.5, 7.4
SHOWN = ROWS * COLUMNS - 1
"""Changes with a panel of their own; the last place is the legend's."""
COAGENT, ALL_ROWS = "coagent", 1e5
OTHERS = ("#2b6cb0", "#7fb2e5", "#2f855a", "#b7791f", "#805ad5", "#d53f8c", "#0f766e", "#6b7280", "#111111", "#a3a3a3")
MARKS = "osD^vPX<>*"
NOT_FOUND_ROOM = 1.9
"""The line of what was not found stands so much above the longest delay."""


def plot_frontier(compared: list[Compared], folder: Path) -> list[Path]:
    """PNG and SVG. Raises Fatal."""
    with drawing():
        return save(frontier_figure(compared), folder, NAME)


def frontier_figure(compared: list[Compared]) -> Figure:
    """Use within `style.drawing`."""
    changes = compared[0].settings[0].found[:SHOWN]
    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    figure.suptitle(
        "How late a change is found, against how often nothing is taken for one", weight="bold", fontsize=NORMAL + 2
    )
    panels = figure.subplots(ROWS, COLUMNS).ravel()
    for place, (axes, change) in enumerate(zip(panels, changes, strict=False)):
        _panel(axes, compared, place)
        axes.set_title(change.change, fontsize=NORMAL, weight="bold", loc="left")
    _legend(panels[len(changes)], panels[0])
    for axes in panels[len(changes) + 1 :]:
        axes.axis("off")
    return figure


def _panel(axes: Axes, compared: list[Compared], place: int) -> None:
    delays = (setting.found[place].median for one in compared for setting in one.settings)
    top = NOT_FOUND_ROOM * max((delay for delay in delays if delay is not None), default=1.0)
    for number, one in enumerate(compared):
        _line(axes, one, place, number, top)
    _draw_limit(axes, compared, place)
    axes.axhline(top, color=FAINT, linewidth=0.5)
    axes.annotate("not found in half of the runs", (1, top), xycoords=("axes fraction", "data"), xytext=(0, 3),
                  textcoords="offset points", ha="right", fontsize=SMALL - 1, color=FAINT)  # fmt: skip
    _scales(axes, compared[0])


def _line(axes: Axes, one: Compared, place: int, number: int, top: float) -> None:
    colour = "#c0392b" if one.name == COAGENT else OTHERS[(number - 1) % len(OTHERS)]
    points = [(_rate(setting), setting.found[place].median or top) for setting in one.settings]
    axes.plot(
        *zip(*points, strict=True), marker=MARKS[number % len(MARKS)], color=colour, markersize=3.5, fillstyle="none",
        linewidth=1.8 if one.name == COAGENT else 0.9, markeredgewidth=0.8, zorder=4 if one.name == COAGENT else 3,
        label=one.label, clip_on=False,
    )  # fmt: skip
    if one.tuned is not None:
        axes.plot(*points[one.tuned], marker=MARKS[number % len(MARKS)], color=colour, markersize=6, zorder=5,
                  clip_on=False)  # fmt: skip


def _rate(setting: Setting) -> float:
    """False alarms per 100,000 independent rows; none count as half of one."""
    return max(setting.false_alarms_per_100k["iid"], 0.5 * ALL_ROWS / max(setting.null_rows, 1))


def _draw_limit(axes: Axes, compared: list[Compared], place: int) -> None:
    """Lorden's: ln of the rows between false alarms, over the divergence of a row, where that is known."""
    limit = compared[0].chosen.found[place].lorden
    if limit is None:
        return
    kl = log(ALL_ROWS / compared[0].target_per_100k) / limit
    rates = [10 ** (power / 8) for power in range(-16, 33)]
    axes.plot(
        rates, [log(ALL_ROWS / rate) / kl for rate in rates], color=INK, linewidth=0.9, linestyle=(0, (4, 2)),
        label="Lorden's limit", zorder=2,
    )  # fmt: skip


def _scales(axes: Axes, first: Compared) -> None:
    axes.axvline(first.target_per_100k, color=FAINT, linewidth=0.5, linestyle=(0, (1, 2)))
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlim(_least_rate(first), 1.2 * ALL_ROWS)
    axes.set_ylim(bottom=0.8)
    plain = FuncFormatter(lambda value, _: f"{value:,.6g}")
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_locator(LogLocator(numticks=8))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(plain)
    axes.set_xlabel("false alarms per 100,000 rows without a change", fontsize=SMALL)
    axes.set_ylabel("median delay, rows", fontsize=SMALL)
    bare(axes)


def _least_rate(first: Compared) -> float:
    return 0.4 * ALL_ROWS / max(first.settings[0].null_rows, 1)


def _legend(axes: Axes, panel: Axes) -> None:
    axes.axis("off")
    axes.legend(
        *panel.get_legend_handles_labels(), loc="upper left", frameon=False, fontsize=SMALL + 1,
        title="large mark: tuned on other seeds to the\ndotted rate; rates of 0 count as half an alarm",
        title_fontsize=SMALL, alignment="left",
    )  # fmt: skip
