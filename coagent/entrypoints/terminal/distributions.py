"""Each moved signal before and after, in small pictures of characters."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.domain.report import SignalReport
from coagent.domain.shift import Summary
from coagent.drawing.bar import bar
from coagent.entrypoints.plots.shape import Shape, shape
from coagent.entrypoints.terminal.figures import figure
from coagent.entrypoints.terminal.wording import effect_words, is_binary, unit_of, words

HEIGHTS = " ▁▂▃▄▅▆▇█"
LABEL_CELLS = 8
FIGURE_CELLS = 34
LEAST_CELLS = 12
COLUMN_CELLS = 74
"""From this width a signal stands in a column of its own beside another."""
GAP_CELLS = 4


def distributions(signals: list[SignalReport], width: int, colour: str) -> RenderableType:
    """One block a signal, in columns where there is room."""
    columns = max(min((width + GAP_CELLS) // (COLUMN_CELLS + GAP_CELLS), len(signals)), 1)
    cells = (width - GAP_CELLS * (columns - 1)) // columns
    grid = Table.grid(padding=(0, GAP_CELLS, 0, 0))
    blocks = [_signal(one, cells, colour) for one in signals]
    for first in range(0, len(blocks), columns):
        if first:
            grid.add_row("")
        grid.add_row(*blocks[first : first + columns])
    return grid


def _signal(signal: SignalReport, width: int, colour: str) -> RenderableType:
    cells = max(width - LABEL_CELLS - FIGURE_CELLS, LEAST_CELLS)
    unit = unit_of(signal.name)
    moved = signal.effect.low > 0 or signal.effect.high < 0
    heading = Text.assemble((_statistic(signal), "bold"), ("   " + effect_words(signal.effect), "" if moved else "dim"))
    grid = Table.grid(padding=(0, 2, 0, 0))
    pictures = _bars(signal, cells) if is_binary(signal.name) else _histograms(signal, cells)
    for name, side, picture, style in zip(
        ("before", "after"), (signal.before, signal.after), pictures, ("default", colour), strict=False
    ):
        grid.add_row(Text(name, style="dim"), Text(picture.ljust(cells), style=style), _figure(side, unit, style))
    if len(pictures) > 2:  # noqa: PLR2004  before, after and their scale
        grid.add_row("", Text(pictures[2], style="dim"), "")
    return Group(heading, grid)


def _figure(side: Summary, unit: str, style: str) -> Text:
    text = Text(no_wrap=True, overflow="ellipsis")
    return text.append(figure(side.median, unit), f"bold {style}").append(f"  {side.n:,} requests", "not bold dim")


def _statistic(signal: SignalReport) -> str:
    return f"{'share of requests with' if is_binary(signal.name) else 'median'} {words(signal.name)}"


def _bars(signal: SignalReport, cells: int) -> list[str]:
    """Of two shares, on one scale."""
    sides = (signal.before.median, signal.after.median)
    most = max((side for side in sides if side == side), default=0.0) or 1.0  # noqa: PLR0124  without NaN
    return [bar(side / most, cells) if side == side else "" for side in sides]  # noqa: PLR0124


def _histograms(signal: SignalReport, cells: int) -> list[str]:
    """Before, after and the scale; bars of the medians where no more is known."""
    found = shape(signal.before, signal.after, cells)
    if found is None:
        return _bars(signal, cells)
    most = max(found.before.max(), found.after.max())
    return [*("".join(_height(share / most) for share in side) for side in found[1:3]), _scale(found, signal, cells)]


def _height(share: float) -> str:
    """A column of an eighth of the line to the whole; never nothing for something.

    >>> _height(1.0), _height(0.001), _height(0.0)
    ('█', '▁', ' ')
    """
    return HEIGHTS[max(round(share * (len(HEIGHTS) - 1)), 1)] if share > 0 else HEIGHTS[0]


def _scale(found: Shape, signal: SignalReport, cells: int) -> str:
    unit = unit_of(signal.name)
    unit = unit if unit in {"share", "0..1"} else ""
    least = f"{'≤' if found.below else ''}{figure(float(found.edges[0]), unit)}"
    greatest = f"{'≥' if found.above else ''}{figure(float(found.edges[-1]), unit)}"
    note = "log scale" if found.log else ""
    return f"{least}{note.center(max(cells - len(least) - len(greatest), 1))}{greatest}"[:cells]
