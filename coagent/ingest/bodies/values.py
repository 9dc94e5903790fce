"""Plain values out of JSON that anybody may have written."""

import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

import msgspec

_MS_PER_S = 1000
_UPPER = re.compile("_([a-z])")
_FIRST_MS = 10**11
"""As seconds this is the year 5138: a larger epoch is in milliseconds, a thousand times larger in microseconds."""


def mapping(value: Any) -> Mapping[str, Any]:
    """The object, or an empty one."""
    return value if isinstance(value, dict) else {}


def mappings(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def first(place: Mapping[str, Any], *names: str) -> Any:
    """The value of the first of these keys that has one."""
    return next((place[name] for name in names if place.get(name) is not None), None)


def either(name: str, *places: Mapping[str, Any]) -> Any:
    """The value of a key in the first of these places that has one."""
    return next((place[name] for place in places if place.get(name) is not None), None)


def number_of(value: Any) -> float | None:
    """A finite number, written as one or as text.

    >>> number_of("1.5"), number_of(True), number_of("soon")
    (1.5, None, None)
    """
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        found = float(value)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None


def seconds_of_ms(value: Any) -> Any:
    """Milliseconds as seconds; what is no number stays as it is, so that it is counted as such.

    >>> seconds_of_ms("880"), seconds_of_ms(None)
    (0.88, None)
    """
    found = number_of(value)
    return value if found is None else found / _MS_PER_S


def moment_s(value: Any) -> float | None:
    """Epoch seconds of a time as text (RFC 3339 or an HTTP date) or as epoch seconds, milliseconds or finer.

    A text without a zone is UTC.

    >>> moment_s("2026-06-01T08:00:00Z") == moment_s(1780300800000) == moment_s("Mon, 01 Jun 2026 08:00:00 GMT")
    True
    """
    found = number_of(value)
    if found is None:
        return _moment_of_text(value) if isinstance(value, str) else None
    while abs(found) >= _FIRST_MS:
        found /= _MS_PER_S
    return found


def _moment_of_text(text: str) -> float | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            found = read(text.strip())
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()
    return None


def json_of(value: Any) -> Any:
    """A structure, or the one whose JSON a text is; other values stay as they are."""
    if not isinstance(value, str) or value.lstrip()[:1] not in {"{", "["}:
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return value


def camel(found: Any) -> dict[str, Any]:
    """The object with its keys in the spelling of JSON APIs.

    >>> camel({"prompt_token_count": 5})
    {'promptTokenCount': 5}
    """
    return {_UPPER.sub(lambda match: match[1].upper(), name): value for name, value in mapping(found).items()}
