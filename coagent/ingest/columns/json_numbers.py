# ruff: noqa: PLR0911, SIM110  compiled functions loop by hand; each way to be wrong is a way out
"""Numbers and flags in JSON, compiled: exactly the float64 that a correctly rounding reader makes of them."""

import numpy as np
from numpy.typing import NDArray

from coagent.ingest.columns.compiled import compiled, part
from coagent.ingest.columns.json_spans import Bytes, Spans

TIME, FLAG, WHOLE, FLOAT = range(4)
"""What a column holds: times, of which those in quotes are passed over; true or false; integers; any number."""

_READ, _LONG, _WRONG = range(3)
_PLUS, _MINUS, _DOT, _ZERO, _NINE, _EXPONENT, _QUOTE, _SMALL_LETTER = (*map(ord, '+-.09e"'), 32)
_EXACT_DIGITS, _EXACT_INTEGER, _MOST_DIGITS, _POWER_DIGITS = 18, 2**53, 4000, 9
_POWERS = np.array([10.0**power for power in range(23)])
"""The powers of ten that a float64 holds exactly."""

_TRUE, _FALSE = (np.frombuffer(word, np.uint8) for word in (b"true", b"false"))


@compiled
def read_numbers(
    text: Bytes, spans: Spans, kinds: NDArray[np.int64], low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.int64]]:
    """Values, shape (rows, columns), NaN where the span is below 0; whether a row's are all of the column's kind and
    within its bounds; and row and column of each that has too many digits to be read here.

    Source: Clinger, How to read floating point numbers accurately (1990): one operation on two exact numbers is exact.
    """
    values, good = np.full(spans.shape[:2], np.nan), np.ones(len(spans), np.bool_)
    long, count = np.empty((values.size, 2), np.int64), 0
    for row in range(len(spans)):
        for column in range(len(kinds)):
            start, end, kind = spans[row, column, 0], spans[row, column, 1], kinds[column]
            if start < 0 or (kind == TIME and text[start] == _QUOTE):
                continue
            value, fate = _flag(text, start, end) if kind == FLAG else _number(text, start, end, kind)
            values[row, column] = value
            if fate == _WRONG or value < low[column] or value > high[column]:
                good[row] = False
            elif fate == _LONG:
                long[count, 0], long[count, 1] = row, column
                count += 1
    return values, good, long[:count].copy()


@part
def _flag(text: Bytes, start: int, end: int) -> tuple[float, int]:
    true = _is_word(text, start, end, _TRUE)
    return (1.0 if true else 0.0), (_READ if true or _is_word(text, start, end, _FALSE) else _WRONG)


@part
def _is_word(text: Bytes, start: int, end: int, word: Bytes) -> bool:
    if end - start != len(word):
        return False
    for place in range(len(word)):
        if text[start + place] != word[place]:
            return False
    return True


@part
def _number(text: Bytes, start: int, end: int, kind: int) -> tuple[float, int]:
    negative = text[start] == _MINUS
    first = start + 1 if negative else start
    at, mantissa = _digits(text, first, end, 0)
    digits, power = at - first, 0
    if digits == 0 or (digits > 1 and text[first] == _ZERO):
        return np.nan, _WRONG
    if at == end:
        value = np.float64(mantissa)
        if digits > _EXACT_DIGITS:
            return np.nan, _long(kind, digits)
        return (-value if negative and mantissa else value), _READ
    if text[at] == _DOT:
        point = at + 1
        at, mantissa = _digits(text, point, end, mantissa)
        power, digits = point - at, digits + at - point
        if power == 0:
            return np.nan, _WRONG
    if at < end:
        exponent = _exponent(text, at, end)
        if exponent is None:
            return np.nan, _WRONG
        power += exponent
    if kind == WHOLE or digits > _EXACT_DIGITS or mantissa > _EXACT_INTEGER or abs(power) >= len(_POWERS):
        return np.nan, _long(kind, digits)
    value = mantissa / _POWERS[-power] if power < 0 else mantissa * _POWERS[power]
    return (-value if negative else value), _READ


@part
def _long(kind: int, digits: int) -> int:
    return _LONG if kind != WHOLE and digits <= _MOST_DIGITS else _WRONG


@part
def _digits(text: Bytes, at: int, end: int, value: int) -> tuple[int, int]:
    """The position after a run of digits, and `value` with them behind it."""
    while at < end and _ZERO <= text[at] <= _NINE:
        value = value * 10 + (np.int64(text[at]) - _ZERO)  # type: ignore[assignment]  # one integer in numba
        at += 1
    return at, value


@part
def _exponent(text: Bytes, at: int, end: int) -> int | None:
    """The power of ten that is written from here to the end; None where it is none."""
    if text[at] | _SMALL_LETTER != _EXPONENT or at + 1 == end:
        return None
    signed = text[at + 1] == _PLUS or text[at + 1] == _MINUS
    first = at + 2 if signed else at + 1
    after, size = _digits(text, first, end, 0)
    if after < end or not 0 < end - first <= _POWER_DIGITS:
        return None
    return -size if text[at + 1] == _MINUS else size
