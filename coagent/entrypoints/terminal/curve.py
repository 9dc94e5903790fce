"""A curve of characters that every terminal's font has."""

from collections.abc import Iterator, Sequence


def curve(lines: Sequence[int | None]) -> Iterator[tuple[int, int, str]]:
    """Through the line (counted from above) of each cell, None for none: line, cell and character.

    >>> list(curve([1, 1, 0, None]))
    [(1, 0, '─'), (1, 1, '─'), (0, 2, '╭'), (1, 2, '╯')]
    """
    before: int | None = None
    for cell, line in enumerate(lines):
        if line is not None:
            yield from ((at, cell, sign) for at, sign in _step(line if before is None else before, line))
        before = line


def _step(before: int, line: int) -> Iterator[tuple[int, str]]:
    """From one line to another within one cell."""
    if before == line:
        yield line, "─"
    elif line < before:
        yield line, "╭"
        yield from ((between, "│") for between in range(line + 1, before))
        yield before, "╯"
    else:
        yield before, "╮"
        yield from ((between, "│") for between in range(before + 1, line))
        yield line, "╰"
