"""Times in RFC 3339, compiled: epoch seconds to the nearest microsecond, as `datetime.timestamp` has them."""

import numpy as np
from numpy.typing import NDArray

from coagent.ingest.columns.compiled import compiled, part
from coagent.ingest.columns.json_spans import Bytes, Spans

_PLUS, _MINUS, _DOT, _COLON, _ZERO, _FIVE, _NINE, _T, _Z, _QUOTE = map(ord, '+-.:059TZ"')
_SHORTEST, _MICRO_DIGITS, _FRACTION_DIGITS, _TEN = len('"2026-01-01T00:00:00Z"'), 6, 9, 10
_EPOCH_YEAR, _FEBRUARY = 1970, 2
_NOWHERE = 86_400
"""Seconds east of Greenwich that no zone has."""

_MONTHS = np.array([0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365])
_LEAP_DAYS_BEFORE_1970 = 477


@compiled
def read_moments(text: Bytes, spans: Spans) -> NDArray[np.float64]:
    """Epoch seconds of quoted times, shape (rows,); NaN for what is none, or before 1970, or not in the usual form."""
    seconds = np.full(len(spans), np.nan)
    for row in range(len(spans)):
        start, end = spans[row]
        if end - start >= _SHORTEST and text[start] == _QUOTE:
            micros = _micros(text, start + 1, end - 1)
            if micros >= 0:
                seconds[row] = micros / 1e6
    return seconds


@part
def _micros(text: Bytes, start: int, end: int) -> int:
    """Since the epoch; -1 where there is none, as with all parts below."""
    if text[start + 4] != _MINUS or text[start + 7] != _MINUS or text[start + 10] != _T:
        return -1
    if text[start + 13] != _COLON or text[start + 16] != _COLON:
        return -1
    days = _days(_year(text, start), _pair(text, start + 5, 12), _pair(text, start + 8, 31))
    hour, minute, second = _pair(text, start + 11, 23), _pair(text, start + 14, 59), _pair(text, start + 17, 59)
    zone, fraction = _fraction(text, start + 19, end)
    east = _seconds_east(text, zone, end)
    if min(days, hour, minute, second, fraction) < 0 or east == _NOWHERE:
        return -1
    return (days * 86_400 + hour * 3_600 + minute * 60 + second - east) * 1_000_000 + fraction


@part
def _year(text: Bytes, at: int) -> int:
    century, year = _pair(text, at, 99), _pair(text, at + 2, 99)
    return century * 100 + year if min(century, year) >= 0 else -1


@part
def _pair(text: Bytes, at: int, most: int) -> int:
    """Two digits."""
    tens, ones = np.int64(text[at]) - _ZERO, np.int64(text[at + 1]) - _ZERO
    value: int = tens * _TEN + ones  # type: ignore[assignment]  # one integer in numba
    return value if 0 <= min(tens, ones) and max(tens, ones) < _TEN and value <= most else -1


@part
def _days(year: int, month: int, day: int) -> int:
    """Since 1970 began."""
    if year < _EPOCH_YEAR or month < 1:
        return -1
    leap = 1 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 0
    before, after = int(_MONTHS[month - 1]), int(_MONTHS[month])
    if not 1 <= day <= after - before + (leap if month == _FEBRUARY else 0):
        return -1
    last = year - 1
    leap_days = last // 4 - last // 100 + last // 400 - _LEAP_DAYS_BEFORE_1970 + (leap if month > _FEBRUARY else 0)
    return 365 * (year - _EPOCH_YEAR) + leap_days + before + day - 1


@part
def _fraction(text: Bytes, at: int, end: int) -> tuple[int, int]:
    """Where the zone begins, and microseconds: the seventh digit says whether they are rounded up."""
    if text[at] != _DOT:
        return at, 0
    micros, digits = 0, 0
    at += 1
    while at < end and _ZERO <= text[at] <= _NINE:
        if digits < _MICRO_DIGITS:
            micros = micros * _TEN + (np.int64(text[at]) - _ZERO)  # type: ignore[assignment]  # one integer in numba
        elif digits == _MICRO_DIGITS and text[at] >= _FIVE:
            micros += 1
        digits += 1
        at += 1
    for _ in range(digits, _MICRO_DIGITS):
        micros *= _TEN
    return at, micros if 0 < digits <= _FRACTION_DIGITS else -1


@part
def _seconds_east(text: Bytes, at: int, end: int) -> int:
    """Of Greenwich."""
    if at + 1 == end and text[at] == _Z:
        return 0
    if at + 6 != end or text[at + 3] != _COLON or not (text[at] == _PLUS or text[at] == _MINUS):
        return _NOWHERE
    hours, minutes = _pair(text, at + 1, 23), _pair(text, at + 4, 59)
    if min(hours, minutes) < 0:
        return _NOWHERE
    east = hours * 3_600 + minutes * 60
    return -east if text[at] == _MINUS else east
