"""Usage keys that nothing reads and that may change what a request costs."""

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any

MAX_NAMES = 8
_NAME = re.compile(r"[A-Za-z0-9_.-]{1,40}")
_HARMLESS = re.compile(r"time|latency|per_sec|throughput|duration|rate|is_byok|discount", re.IGNORECASE)
"""Speeds and durations that inference servers report among the counts."""


def unread_usage(usage: Any, read: Collection[str], place: str = "usage") -> tuple[str, ...]:
    """Names of keys, at most 8, whose number is not 0 and which are not among the `read`; `place` is their prefix.

    >>> unread_usage({"prompt_tokens": 5, "search": {"requests": 2}, "total_time": 1.5}, {"prompt_tokens"})
    ('usage.search.requests',)
    """
    found = sorted(name for name in _unread(usage, read, place) if _NAME.fullmatch(name[len(place) + 1 :]))
    return tuple(found[:MAX_NAMES])


def _unread(usage: Any, read: Collection[str], place: str) -> Iterator[str]:
    for name, value in usage.items() if isinstance(usage, Mapping) else ():
        if name in read or _HARMLESS.search(name):
            continue
        if isinstance(value, Mapping):
            yield from (f"{place}.{name}.{inner}" for inner, count in value.items() if _counts(inner, count, read))
        elif _counts(name, value, read):
            yield f"{place}.{name}"


def _counts(name: str, value: Any, read: Collection[str]) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and value != 0 and name not in read and not _HARMLESS.search(name)
