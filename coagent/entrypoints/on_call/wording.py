"""Words for a shift's state in one line."""

from datetime import timedelta

from coagent.domain.shift import Direction, Hold
from coagent.domain.shift_words import held_words

DIRECTIONS: dict[Direction, str] = {"worse": "worse", "better": "better", "neither": "different", "mixed": "mixed"}
SPANS = ((timedelta(days=2), "d", 86400), (timedelta(hours=2), "h", 3600), (timedelta(minutes=2), "min", 60))


def paged(page: bool, held_because: list[Hold], direction: Direction) -> str:
    """Whether people were paged, or why not.

    >>> paged(False, ["too_small"], "worse")
    'not paged: too small to matter'
    """
    why = held_words(held_because, direction)
    return "paged" if page else f"not paged: {why}" if why else "not paged"


def span(length: timedelta) -> str:
    """About how long.

    >>> span(timedelta(hours=3, minutes=5)), span(timedelta(seconds=40))
    ('3 h', '40 s')
    """
    for least, unit, seconds in SPANS:
        if length >= least:
            return f"{length.total_seconds() / seconds:.0f} {unit}"
    return f"{max(length.total_seconds(), 0):.0f} s"
