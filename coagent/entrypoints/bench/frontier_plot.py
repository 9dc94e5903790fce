"""The picture of delay against false alarms."""

from pathlib import Path

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from coagent.domain.errors import Fatal
from coagent.entrypoints.bench.sections.comparison import Compared

FORMATS = ("png", "svg")
NAME = "detection-frontier"
WIDTH, HEIGHT, DPI = 5.2, 4.2, 130
ROWS, COLUMNS = 2, 3
SHOWN = ROWS * COLUMNS - 1
"""Changes with a panel of their own; the last place is the legend's."""


def plot_frontier(compared: list[Compared], folder: Path) -> list[Path]:
    """A panel for each change, a line for each detector over its settings; PNG and SVG. Raises Fatal."""
    changes = [one.change for one in compared[0].settings[0].found][:SHOWN]
    figure = Figure(figsize=(WIDTH * COLUMNS, HEIGHT * ROWS), layout="constrained")
    panels = figure.subplots(ROWS, COLUMNS).ravel()
    for place, (axes, change) in enumerate(zip(panels, changes, strict=False)):
        _panel(axes, compared, place)
        axes.set_title(change)
    panels[-1].axis("off")
    panels[-1].legend(*panels[0].get_legend_handles_labels(), loc="center")
    paths = [folder / f"{NAME}.{suffix}" for suffix in FORMATS]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in paths:
            figure.savefig(path, dpi=DPI)
    except OSError as error:
        raise Fatal(f"{folder}: {error.strerror}. Name a folder that can be written with --plots") from error
    return paths


def _panel(axes: Axes, compared: list[Compared], place: int) -> None:
    """Rates of zero stand at half of what one alarm would make; a filled mark is the tuned setting."""
    for color, one in enumerate(compared):
        points = [
            (max(setting.false_alarms_per_100k["iid"], 0.5e5 / max(setting.null_rows, 1)), setting.found[place].median)
            for setting in one.settings
        ]
        known = [(rate, delay) for rate, delay in points if delay is not None]
        axes.plot(
            *zip(*known, strict=True) if known else ([], []), "o-", color=f"C{color}", fillstyle="none", label=one.name
        )
        if one.tuned is not None and points[one.tuned][1] is not None:
            axes.plot(*points[one.tuned], "o", color=f"C{color}")  # type: ignore[arg-type]  # a median that is known
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("false alarms per 100,000 null rows")
    axes.set_ylabel("median delay, rows")
    axes.grid(visible=True, alpha=0.3)
