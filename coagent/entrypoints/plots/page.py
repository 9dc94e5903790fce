"""A page that grows downwards: lines of text and rows of axes, placed in inches."""

from collections.abc import Sequence
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from coagent.drawing.style import FAINT, INK, SMALL

WIDTH_IN, MARGIN_IN = 10.0, 0.35
AXIS_IN = 0.45
"""Room for an axis's labels, left of each axes."""
POINTS_PER_IN = 72.0
LEADING = 1.45
TALLEST_IN = 40.0
COLUMNS = 4


class _Line(NamedTuple):
    """Top in inches below the page's upper edge."""

    top: float
    x: float
    text: str
    size: float
    colour: str
    weight: str


class Page:
    """Axes are made on a figure of the greatest height, which `figure` then cuts to what was used."""

    def __init__(self) -> None:
        self._figure = Figure(figsize=(WIDTH_IN, TALLEST_IN))
        self._used = MARGIN_IN
        self._lines: list[_Line] = []
        self._axes: list[tuple[Axes, tuple[float, float, float, float]]] = []

    def gap(self, inches: float) -> None:
        self._used += inches

    def text(self, text: str, *, size: float, colour: str = INK, weight: str = "normal") -> None:
        """One line."""
        self._lines.append(_Line(self._used, MARGIN_IN, text, size, colour, weight))
        self._used += size * LEADING / POINTS_PER_IN

    def columns(self, blocks: Sequence[Sequence[str]]) -> None:
        """Blocks of lines beside each other, the first line of each bold."""
        top, width = self._used, (WIDTH_IN - 2 * MARGIN_IN) / max(len(blocks), COLUMNS)
        for number, block in enumerate(blocks):
            self._used = top
            for place, line in enumerate(block):
                weight, colour = ("normal", FAINT) if place else ("bold", INK)
                self._lines.append(_Line(self._used, MARGIN_IN + number * width, line, SMALL, colour, weight))
                self._used += SMALL * LEADING / POINTS_PER_IN

    def legend(self, entries: Sequence[tuple[str, str]]) -> None:
        """Names and colours, right in the last line."""
        last = self._lines[-1]
        for number, (name, colour) in enumerate(entries):
            x = WIDTH_IN - MARGIN_IN - 0.75 * (len(entries) - number)
            self._lines.append(_Line(last.top, x, f"■ {name}", SMALL, colour, "bold"))

    def axes(self, height: float, widths: Sequence[float]) -> list[Axes]:
        """A row of them, of these relative widths."""
        room = WIDTH_IN - 2 * MARGIN_IN - AXIS_IN * len(widths)
        top, x, made = self._used + 0.08, MARGIN_IN, []
        for width in widths:
            own = room * width / sum(widths)
            x += AXIS_IN
            axes = self._figure.add_axes((0.0, 0.0, 0.1, 0.1), label=f"axes-{len(self._axes)}")
            axes.set_visible(False)
            self._axes.append((axes, (x, top, own, height)))
            made.append(axes)
            x += own
        self._used = top + height
        return made

    def figure(self) -> Figure:
        """The page as tall as it got."""
        tall = self._used + MARGIN_IN
        self._figure.set_size_inches(WIDTH_IN, tall)
        for axes, (x, top, width, height) in self._axes:
            axes.set_position((x / WIDTH_IN, 1 - (top + height) / tall, width / WIDTH_IN, height / tall))
            axes.set_visible(axes.has_data())
        for line in self._lines:
            self._figure.text(
                line.x / WIDTH_IN, 1 - line.top / tall, line.text,
                fontsize=line.size, color=line.colour, weight=line.weight, verticalalignment="top",
            )  # fmt: skip
        return self._figure
