"""Points in time as tools write them: ISO 8601 with or without a zone, HTTP dates, epoch seconds, ms, µs or ns.

A time without a zone is UTC: servers and exporters log so, and the hour would be a guess otherwise.
"""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any

from coagent.ingest.loose_json.numbers import number_of

_LEAST_S, _MOST_S = 1e9, 1e10
"""Epoch seconds of 2001 and 2286. A thousandth of a unit later is the same number in the next smaller unit, so the
magnitude alone says which unit it is.
"""
_UNITS = (1.0, 1e3, 1e6, 1e9)
_MAX_CHARS = 64
_ZONE = re.compile(r" ?(?:UTC|GMT|Z)$", re.IGNORECASE)
_OFFSET = re.compile(r" (?=[+-]\d\d:?\d\d\b)")


def moment_s(value: Any) -> float | None:
    """Epoch seconds; None for what is no point in time.

    >>> moment_s("2026-06-01 08:00:00.5"), moment_s("2026-06-01T10:00:00+02:00"), moment_s("1780300800500")
    (1780300800.5, 1780300800.0, 1780300800.5)
    >>> moment_s("Mon, 01 Jun 2026 08:00:00 GMT")
    1780300800.0
    """
    if type(value) is float or type(value) is int:
        return value if _LEAST_S <= value < _MOST_S else _of_number(value)
    return _of_text(value.strip()) if isinstance(value, str) else None


def time_of(value: Any) -> Any:
    """Epoch seconds, or the value itself where it is no point in time: then the refusal names it."""
    found = moment_s(value)
    return value if found is None else found


def between_s(start: Any, end: Any) -> float | None:
    """Seconds from one moment to another, negative where the producer's clocks say so; None where one is unknown."""
    first, last = moment_s(start), moment_s(end)
    return None if first is None or last is None else last - first


def nanos_of(value: Any) -> int:
    """Nanoseconds since the epoch, to the microsecond; 0, which is unknown, for what is no point in time."""
    found = moment_s(value)
    return 0 if found is None else max(round(found * 1e6), 0) * 1000


def iso_moment(text: str) -> datetime | None:
    """The aware time of ISO 8601, also with what databases and Go put around the zone.

    >>> iso_moment("2026-06-01 08:00:00.5 +0000 UTC").isoformat()
    '2026-06-01T08:00:00.500000+00:00'
    """
    if len(text) > _MAX_CHARS:
        return None
    for written in (text, _plain(text)):
        try:
            found = datetime.fromisoformat(written)
        except ValueError:
            continue
        return found if found.tzinfo else found.replace(tzinfo=UTC)
    return None


def _plain(text: str) -> str:
    bare = _ZONE.sub("", text)
    offset = _OFFSET.sub("", bare)
    return offset if offset != bare or bare == text else f"{bare}+00:00"


def _of_text(text: str) -> float | None:
    moment = iso_moment(text) if "-" in text[1:] else None
    if moment is not None:
        return moment.timestamp()
    number = number_of(text)
    if number is not None:
        return _of_number(number)
    moment = iso_moment(text) or _http_date(text)
    return None if moment is None else moment.timestamp()


def _of_number(value: float) -> float | None:
    for unit in _UNITS:
        if _LEAST_S * unit <= value < _MOST_S * unit:
            return value / unit
    return None


def _http_date(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
