"""Points in time as exports write them: ISO 8601 with or without a zone, or epoch seconds, ms, µs or ns."""

import math
from datetime import UTC, datetime
from typing import Any

_LEAST_S, _MOST_S = 1e9, 1e10
"""Epoch seconds of 2001 and 2286. A thousandth of a unit later is the same number in the next smaller unit, so the
magnitude alone says which unit it is.
"""
_UNITS = (1.0, 1e3, 1e6, 1e9)


def moment_s(value: Any) -> float | None:
    """Epoch seconds; None for what is no point in time. A text without a zone is UTC, as the exporters mean it.

    >>> moment_s("2026-06-01 08:00:00.5"), moment_s("2026-06-01T10:00:00+02:00"), moment_s("1780300800500")
    (1780300800.5, 1780300800.0, 1780300800.5)
    """
    if type(value) is float or type(value) is int:
        return value if _LEAST_S <= value < _MOST_S else _of_number(value)
    if isinstance(value, str):
        return _of_text(value.strip())
    return None


def time_of(value: Any) -> Any:
    """Epoch seconds, or the value itself where it is no point in time: then the refusal names it."""
    found = moment_s(value)
    return value if found is None else found


def between_s(start: Any, end: Any) -> float | None:
    """Seconds from one moment to another, negative where the producer's clocks say so; None where one is unknown."""
    first, last = moment_s(start), moment_s(end)
    return None if first is None or last is None else last - first


def _of_number(value: float) -> float | None:
    for unit in _UNITS:
        if _LEAST_S * unit <= value < _MOST_S * unit:
            return value / unit
    return None


def _of_text(text: str) -> float | None:
    if text[-3:].upper() in {"UTC", "GMT"}:
        text = text[:-3].rstrip()
    try:
        moment = datetime.fromisoformat(text) if "-" in text[1:] else None
    except ValueError:
        return None
    if moment is not None:
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    number = _number(text)
    return None if number is None else _of_number(number)


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None
