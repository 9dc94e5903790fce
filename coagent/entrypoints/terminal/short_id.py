"""Ids as short as they can be typed."""

from collections.abc import Sequence

SHORT_ID = 8


def short_id(ids: Sequence[str]) -> int:
    """Characters that distinguish these ids; never fewer than SHORT_ID."""
    return next((n for n in range(SHORT_ID, 64) if len({one[:n] for one in ids}) == len(set(ids))), 64)
