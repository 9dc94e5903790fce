# ruff: noqa: PLR0911, SIM110  compiled functions loop by hand; each way to be wrong is a way out
"""Numbers and flags in JSON, compiled: exactly the float64 that a correctly rounding reader makes of them."""

import math

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

_FEWEST, _MOST = -60, 40
"""Powers of ten between which `_nearest` reads; beyond, the strict reader does."""


def _fives(power: int) -> int:
    """The 128 leading bits of 5**power, rounded up where it is a fraction."""
    if power >= 0:
        whole: int = 5**power
        return whole << 128 - whole.bit_length()
    divisor: int = 5**-power
    return (1 << divisor.bit_length() + 127) // divisor + 1


_LOW = (1 << 64) - 1
_FIVES = np.array([[_fives(power) >> 64, _fives(power) & _LOW] for power in range(_FEWEST, _MOST + 1)], np.uint64)
"""Shape (powers, 2): high and low half."""

_U1, _U9, _U32, _U63 = np.uint64(1), np.uint64(9), np.uint64(32), np.uint64(63)
_HALF, _ALL, _UNSURE = np.uint64(2**32 - 1), np.uint64(_LOW), np.uint64(0x1FF)

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
    at, mantissa, significant = _digits(text, first, end, 0, 0)
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
        at, mantissa, significant = _digits(text, point, end, mantissa, significant)
        power, digits = point - at, digits + at - point
        if power == 0:
            return np.nan, _WRONG
    if at < end:
        exponent = _exponent(text, at, end)
        if exponent is None:
            return np.nan, _WRONG
        power += exponent
    if kind == WHOLE or significant > _EXACT_DIGITS:
        return np.nan, _long(kind, digits)
    scaled = _scaled(mantissa, power)
    if np.isnan(scaled):
        return np.nan, _long(kind, digits)
    return (-scaled if negative else scaled), _READ


@part
def _scaled(mantissa: int, power: int) -> float:
    """Mantissa * 10**power, correctly rounded; NaN where that is not known here."""
    if mantissa <= _EXACT_INTEGER and abs(power) < len(_POWERS):
        return float(mantissa / _POWERS[-power] if power < 0 else mantissa * _POWERS[power])
    if mantissa == 0 or not _FEWEST <= power <= _MOST:
        return np.nan
    return _nearest(mantissa, power)


@part
def _nearest(mantissa: int, power: int) -> float:
    """The same where one operation is not exact; NaN where 128 bits do not decide.

    Source: Lemire, Number parsing at a gigabyte per second (2021), algorithm of Eisel and Lemire.
    """
    digits, zeros = np.uint64(mantissa), 0
    while not digits >> _U63:
        digits, zeros = digits << _U1, zeros + 1
    high, low = _product(digits, _FIVES[power - _FEWEST, 0])
    if high & _UNSURE == _UNSURE:
        more = _product(digits, _FIVES[power - _FEWEST, 1])[0]
        low += more
        high += _U1 if low < more else np.uint64(0)
    if low == _ALL:
        return np.nan
    shift = (high >> _U63) + _U9
    kept = high >> shift
    if low <= _U1 and kept & np.uint64(3) == _U1 and kept << shift == high:  # half-way: to even
        kept -= _U1
    kept = (kept + (kept & _U1)) >> _U1
    binary = int(
        ((217706 * power) >> 16) + 63 + np.int64(high >> _U63) - zeros
    )  # floor(log2(10) * power) and the place
    return math.ldexp(float(np.int64(kept)), binary - 52)


@part
def _product(one: np.uint64, other: np.uint64) -> tuple[np.uint64, np.uint64]:
    """High and low half of 128 bits."""
    one_high, one_low, other_high, other_low = one >> _U32, one & _HALF, other >> _U32, other & _HALF
    lowest, middle = one_low * other_low, one_high * other_low
    across = one_low * other_high + (lowest >> _U32) + (middle & _HALF)
    return one_high * other_high + (middle >> _U32) + (across >> _U32), one * other


@part
def _long(kind: int, digits: int) -> int:
    return _LONG if kind != WHOLE and digits <= _MOST_DIGITS else _WRONG


@part
def _digits(text: Bytes, at: int, end: int, value: int, significant: int) -> tuple[int, int, int]:
    """The position after a run of digits, `value` with them behind it, and how many there are but for leading zeros."""
    while at < end and _ZERO <= text[at] <= _NINE:
        value = value * 10 + (np.int64(text[at]) - _ZERO)  # type: ignore[assignment]  # one integer in numba
        significant += 1 if significant or value else 0
        at += 1
    return at, value, significant


@part
def _exponent(text: Bytes, at: int, end: int) -> int | None:
    """The power of ten that is written from here to the end; None where it is none."""
    if text[at] | _SMALL_LETTER != _EXPONENT or at + 1 == end:
        return None
    signed = text[at + 1] == _PLUS or text[at + 1] == _MINUS
    first = at + 2 if signed else at + 1
    after, size, _ = _digits(text, first, end, 0, 0)
    if after < end or not 0 < end - first <= _POWER_DIGITS:
        return None
    return -size if text[at + 1] == _MINUS else size
