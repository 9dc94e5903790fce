"""Each moved signal before and after, in small pictures of characters."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.domain.number_format import effect_size, figure, relative, written
from coagent.domain.report import SignalReport
from coagent.domain.shift import Summary
from coagent.drawing.bar import bar
from coagent.entrypoints.plots.shape import Shape, shape
from coagent.entrypoints.terminal.lines import line
from coagent.entrypoints.terminal.wording import is_binary, statistic, unit_of

HEIGHTS = " ▁▂▃▄▅▆▇█"
LABEL_CELLS = 8
FIGURE_CELLS = 38
LEAST_CELLS = 12
COLUMN_CELLS = 62
"""From this width a signal stands in a column of its own beside another."""
GAP_CELLS = 4
SIGNAL_LINES = 3
"""Of each picture without its scale."""


def columns_of(width: int) -> int:
    """How many signals stand beside each other."""
    return max((width + GAP_CELLS) // (COLUMN_CELLS + GAP_CELLS), 1)


def distributions(signals: Sequence[SignalReport], width: int, colour: str, *, scales: bool) -> RenderableType:
    """One block a signal, in columns where there is room; with `scales` a line more each, and one between rows."""
    columns = min(columns_of(width), len(signals)) or 1
    cells = (width - GAP_CELLS * (columns - 1)) // columns
    grid = Table.grid(padding=(0, GAP_CELLS, 0, 0))
    blocks = [_signal(one, cells, colour, scales=scales) for one in signals]
    for first in range(0, len(blocks), columns):
        if first and scales:
            grid.add_row("")
        grid.add_row(*blocks[first : first + columns])
    return grid


def _signal(signal: SignalReport, width: int, colour: str, *, scales: bool) -> RenderableType:
    cells = max(width - LABEL_CELLS - FIGURE_CELLS, LEAST_CELLS)
    unit = unit_of(signal.name, signal.unit)
    grid = Table.grid(padding=(0, 2, 0, 0))
    pictures = _bars(signal, cells) if is_binary(signal.name) else _histograms(signal, cells)
    for name, side, picture, style in zip(
        ("before", "after"), (signal.before, signal.after), pictures, ("default", colour), strict=False
    ):
        grid.add_row(Text(name, style="dim"), Text(picture.ljust(cells), style=style), _figure(side, unit, style))
    if scales and len(pictures) > 2:  # noqa: PLR2004  before, after and their scale
        grid.add_row("", Text(pictures[2], style="dim"), "")
    return Group(_heading(signal, unit), grid)


def _heading(signal: SignalReport, unit: str) -> Text:
    """Name, relative change, effect with its interval: faint where that holds 0."""
    effect, size = signal.effect, relative(signal.before.median, signal.after.median, unit)
    sure = effect.low > 0 or effect.high < 0
    heading = line("")
    heading.append(statistic(signal.name), "bold")
    if size and not is_binary(signal.name):
        heading.append(f"  {' '.join(size)}", "bold")
    return heading.append("  " + effect_size(effect.name, effect.value, effect.low, effect.high), "" if sure else "dim")


def _figure(side: Summary, unit: str, style: str) -> Text:
    return line("").append(figure(side.median, unit), f"bold {style}").append(f"  n={side.n:,}", "not bold dim")


def _bars(signal: SignalReport, cells: int) -> list[str]:
    """Of two shares, on one scale."""
    sides = (signal.before.median, signal.after.median)
    most = max((side for side in sides if side == side), default=0.0) or 1.0  # noqa: PLR0124  without NaN
    return [bar(side / most, cells) if side == side else "" for side in sides]  # noqa: PLR0124


def _histograms(signal: SignalReport, cells: int) -> list[str]:
    """Before, after and the scale, each side as high as its own peak, so that one that is spread out stays visible
    beside a narrow one; bars of the medians where no more is known.
    """
    found = shape(signal.before, signal.after, cells)
    if found is None:
        return _bars(signal, cells)
    sides = ("".join(_height(share / side.max()) for share in side) for side in (found.before, found.after))
    return [*sides, _scale(found, signal, cells)]


def _height(share: float) -> str:
    """A column of an eighth of the line to the whole; never nothing for something.

    >>> _height(1.0), _height(0.001), _height(0.0)
    ('█', '▁', ' ')
    """
    return HEIGHTS[max(round(share * (len(HEIGHTS) - 1)), 1)] if share > 0 else HEIGHTS[0]


def _scale(found: Shape, signal: SignalReport, cells: int) -> str:
    unit = unit_of(signal.name, signal.unit)
    least = f"{'≤' if found.below else ''}{written(float(found.edges[0]), unit)[0]}"
    greatest = f"{'≥' if found.above else ''}{written(float(found.edges[-1]), unit)[0]}"
    note = "log scale" if found.log else ""
    return f"{least}{note.center(max(cells - len(least) - len(greatest), 1))}{greatest}"[:cells]
