"""Reasons made of what telemetry says: short, clean, and few."""

import re
from functools import lru_cache

MAX_CHARS = 48
MAX_NAMES = 200
_UNCLEAN = re.compile(r"[^A-Za-z0-9_.:/-]+")


@lru_cache(maxsize=1024)
def cleaned(name: str) -> str:
    """At most 48 letters, digits and separators.

    >>> cleaned("plan: next step")
    'plan:_next_step'
    """
    return _UNCLEAN.sub("_", name[: 2 * MAX_CHARS])[:MAX_CHARS]


class Slugs:
    """`prefix:name` for the first MAX_NAMES names, `prefix:(other)` for all further ones."""

    def __init__(self, prefix: str, limit: int = MAX_NAMES) -> None:
        self._prefix, self._limit = prefix, limit
        self._seen: set[str] = set()

    def slug(self, name: str) -> str:
        """The slug of this name."""
        text = cleaned(name)
        if text not in self._seen:
            if len(self._seen) >= self._limit:
                return f"{self._prefix}:(other)"
            self._seen.add(text)
        return f"{self._prefix}:{text}"
