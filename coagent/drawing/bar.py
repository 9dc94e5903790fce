"""A bar made of characters."""

EIGHTHS = " ▏▎▍▌▋▊▉"


def bar(share: float, cells: int) -> str:
    """A bar of `share` (0 to 1) of `cells`, to an eighth of a cell; never nothing for something.

    >>> bar(0.5, 4), bar(1 / 16, 2), bar(0.001, 4), bar(0, 4)
    ('██', '▏', '▏', '')
    """
    eighths = max(round(share * cells * 8), 1) if share > 0 else 0
    full, rest = divmod(eighths, 8)
    return "█" * full + EIGHTHS[rest].strip()
