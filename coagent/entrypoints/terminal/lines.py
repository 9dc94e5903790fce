"""Text cut to lines, so that a screen has no more of them than were counted."""

from collections.abc import Sequence
from textwrap import wrap

from rich.text import Text


def line(text: str, style: str = "") -> Text:
    """One line, with an ellipsis where it is longer than its place."""
    return Text(text, style=style, no_wrap=True, overflow="ellipsis")


def clipped(text: str, width: int, most: int, style: str = "") -> list[Text]:
    """Wrapped at spaces to `most` lines at most, the last one cut where there is more.

    >>> [one.plain for one in clipped("answers shrank to three tokens", 12, 2)]
    ['answers', 'shrank to t…']
    """
    lines = wrap(text, max(width, 1)) or [""]
    if len(lines) > most:
        rest = " ".join(lines[most - 1 :])
        lines = [*lines[: most - 1], rest[: max(width - 1, 1)].rstrip() + "…"]
    return [line(one, style) for one in lines]


def listed(texts: Sequence[str], width: int, most: int, each: int, mark: str = "• ") -> list[Text]:
    """Points of at most `each` lines and `most` lines in all; those that find no place are left out."""
    found: list[Text] = []
    for text in texts:
        room = most - len(found)
        if room > 0:
            points = clipped(text, width - len(mark), min(each, room))
            found += [line((" " * len(mark) if at else mark) + one.plain) for at, one in enumerate(points)]
    return found


def labelled(label: str, texts: Sequence[Text], cells: int = 0) -> list[Text]:
    """The first line behind a dim label, the others below it."""
    cells = cells or len(label) + 2
    return [
        Text.assemble((("" if at else label).ljust(cells), "dim"), one, no_wrap=True, overflow="ellipsis")
        for at, one in enumerate(texts)
    ]
