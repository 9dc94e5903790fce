"""Named rows of figures that stay whole on a narrow terminal: a name that finds no room stands above its figures."""

from collections.abc import Sequence
from typing import NamedTuple

from rich.cells import cell_len
from rich.text import Text

GAP = 2
EIGHTHS = " ▏▎▍▌▋▊▉█"


class NamedRow(NamedTuple):
    """Figures as they are printed, one a column."""

    name: str
    figures: Sequence[str | Text]


def named_table(heading: str, columns: Sequence[str], rows: Sequence[NamedRow], width: int) -> list[Text]:
    """A line a row, or two where its name does not fit beside the figures. `width`: cells of the terminal."""
    widths = [
        max(cell_len(name), *(_text(row.figures[place]).cell_len for row in rows)) for place, name in enumerate(columns)
    ]
    longest = max(cell_len(one) for one in (heading, *(row.name for row in rows)))
    room = max(min(longest, width - sum(widths) - GAP * len(widths)), cell_len(heading))
    lines = [_line(Text(heading, style="dim"), room, columns, widths, "dim")]
    for row in rows:
        name = Text(row.name, style="bold")
        is_beside = name.cell_len <= room
        lines += [] if is_beside else [_whole(name)]
        lines.append(_line(name if is_beside else Text(), room, row.figures, widths))
    return lines


def bar(share: float, cells: int) -> str:
    """Filled from the left, always `cells` wide.

    >>> bar(0.5, 4), bar(0.3, 4), bar(0.0, 2)
    ('██  ', '█▎  ', '  ')
    """
    eighths = round(min(max(share, 0.0), 1.0) * cells * 8)
    filled = "█" * (eighths // 8) + EIGHTHS[eighths % 8].strip()
    return filled.ljust(cells)


def _line(name: Text, room: int, figures: Sequence[str | Text], widths: Sequence[int], style: str = "") -> Text:
    line = Text.assemble(name, " " * (room - name.cell_len))
    for figure, cells in zip(figures, widths, strict=True):
        text = _text(figure, style)
        line.append(" " * (GAP + cells - text.cell_len))
        line.append_text(text)
    return _whole(line)


def _text(figure: str | Text, style: str = "") -> Text:
    return Text(figure, style=style) if isinstance(figure, str) else figure


def _whole(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "ellipsis"
    return text
