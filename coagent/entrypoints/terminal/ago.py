"""Spans of time for people."""

from datetime import timedelta

UNITS = (("d", 86_400), ("h", 3_600), ("min", 60))


def ago(past: timedelta) -> str:
    """In the largest unit that fits.

    >>> ago(timedelta(seconds=7500)), ago(timedelta(seconds=-1))
    ('2 h', '0 s')
    """
    seconds = max(0, int(past.total_seconds()))
    for unit, size in UNITS:
        if seconds >= size:
            return f"{seconds // size} {unit}"
    return f"{seconds} s"
