# ruff: noqa: PLR0917, SIM110  compiled functions take their arrays by position and loop by hand
"""Where the values stand in flat JSON messages, compiled: from quote to quote, without a Python object a value.

Whoever reads the spans checks what is in them. A message that is not plainly in order is left to the strict reader:
one with escapes, control characters or letters beyond ASCII, with objects or lists, with a key twice.
"""

import numpy as np
from numpy.typing import NDArray

from coagent.ingest.columns.compiled import compiled, part

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]
Spans = NDArray[np.int32]

ABSENT, NULL = -1, -2
ODD, PLAIN, DOUBTFUL = range(3)
"""DOUBTFUL: plain if it is JSON at all, for it has unknown keys with values that were only passed over."""

_MAX_KEYS = 256
_DELETE = 0x7F
"""The first letter of ASCII that cannot be displayed, behind all that can."""

_SPACE, _QUOTE, _COMMA, _COLON, _OPEN, _OPEN_LIST, _CLOSE, _N, _U, _L = map(ord, ' ",:{[}nul')
_TAB, _LINE, _RETURN, _ESCAPE = map(ord, "\t\n\r\\")


def find_spans(text: bytes, ends: Places, names: Bytes, lengths: Places) -> tuple[Spans, NDArray[np.int8]]:
    """Start and end of each field's value, shape (messages, fields, 2), a text's with its quotes; below 0 where it is
    absent or null. And for each message what it is; an ODD one's spans mean nothing.

    `ends`: where each message ends, the first begins at 0. `names`: shape (fields, longest), with their `lengths`.
    """
    letters = np.frombuffer(text, np.uint8)
    quotes = np.flatnonzero(letters == _QUOTE)
    return _find_spans(letters, quotes, np.searchsorted(quotes, ends), ends, _odd(text, ends), names, lengths)


def _odd(text: bytes, ends: Places) -> NDArray[np.bool_]:
    """Messages with bytes that may be anything else than letters of ASCII."""
    odd = np.zeros(len(ends), np.bool_)
    letters = np.frombuffer(text, np.uint8)
    if not text.isascii() or b"\\" in text or b"\x7f" in text or letters.min(initial=_SPACE) < _SPACE:
        places = np.flatnonzero(((letters - _SPACE) >= _DELETE - _SPACE) | (letters == _ESCAPE))  # below a space wraps
        odd[np.searchsorted(ends, places, side="right")] = True
    return odd


@compiled
def _find_spans(
    text: Bytes, quotes: Places, lasts: Places, ends: Places, odd: NDArray[np.bool_], names: Bytes, lengths: Places
) -> tuple[Spans, NDArray[np.int8]]:
    spans = np.full((len(ends), len(lengths), 2), ABSENT, np.int32)
    kinds = np.zeros(len(ends), np.int8)
    keys, guesses = np.empty((_MAX_KEYS, 2), np.int64), np.zeros(_MAX_KEYS, np.int64)
    start, quote = 0, 0
    for row in range(len(ends)):
        if not odd[row]:
            kinds[row] = _message(
                text, start, ends[row], quotes, quote, lasts[row], names, lengths, spans, row, keys, guesses
            )
        start, quote = ends[row], lasts[row]
    return spans, kinds


@part
def _message(
    text: Bytes,
    at: int,
    end: int,
    quotes: Places,
    quote: int,
    last: int,
    names: Bytes,
    lengths: Places,
    spans: Spans,
    row: int,
    keys: Places,
    guesses: Places,
) -> int:
    """What it is; `quotes[quote:last]` are its quotes. `guesses`: the fields in the order of the message before."""
    at, kind, unknown = _spaces(text, at, end), PLAIN, 0
    if at == end or text[at] != _OPEN:
        return ODD
    for place in range(_MAX_KEYS):
        key, close, start, after, quote = _member(text, at + 1, end, quotes, quote, last)
        field = _field(text, key, close, names, lengths, guesses[place]) if after >= 0 else -1
        if field >= 0 and spans[row, field, 0] == ABSENT:
            guesses[place] = field
            known = not _is_null(text, start, after)
            spans[row, field, 0], spans[row, field, 1] = (start, after) if known else (NULL, NULL)
        elif after >= 0 and field < 0 and text[start] != _OPEN_LIST and _is_new(text, key, close, keys, unknown):
            unknown += 1
            kind = kind if text[start] == _QUOTE else DOUBTFUL
        else:
            return ODD
        at = _spaces(text, after, end)
        if at == end or text[at] != _COMMA:
            break
    closed = at < end and text[at] == _CLOSE and quote == last
    return kind if closed and _spaces(text, at + 1, end) == end else ODD


@part
def _member(text: Bytes, at: int, end: int, quotes: Places, quote: int, last: int) -> tuple[int, int, int, int, int]:
    """Start and end of the key, start and end of the value (-1 where there is none), and the next quote."""
    if quote + 1 >= last:
        return 0, 0, 0, -1, quote
    key, close = quotes[quote] + 1, quotes[quote + 1]
    colon = _spaces(text, close + 1, end)
    start = _spaces(text, colon + 1, end)
    if _spaces(text, at, end) != key - 1 or start >= end or text[colon] != _COLON:
        return 0, 0, 0, -1, quote
    if text[start] != _QUOTE:
        return key, close, start, _word_end(text, start, end), quote + 2
    if quote + 3 >= last:
        return 0, 0, 0, -1, quote
    return key, close, start, quotes[quote + 3] + 1, quote + 4


@part
def _field(text: Bytes, start: int, close: int, names: Bytes, lengths: Places, guess: int) -> int:
    """The field of that name, -1 for none; the guess is what stood there in the message before."""
    if _is_name(text, start, close, names, lengths, guess):
        return guess
    for field in range(len(lengths)):
        if _is_name(text, start, close, names, lengths, field):
            return field
    return -1


@part
def _is_name(text: Bytes, start: int, close: int, names: Bytes, lengths: Places, field: int) -> bool:
    if lengths[field] != close - start:
        return False
    for place in range(close - start):
        if text[start + place] != names[field, place]:
            return False
    return True


@part
def _is_new(text: Bytes, start: int, close: int, keys: Places, count: int) -> bool:
    """Whether none of the first `count` keys is the same; then it is one of them."""
    for key in range(count):
        if keys[key, 1] - keys[key, 0] == close - start:
            same = True
            for place in range(close - start):
                same &= text[start + place] == text[keys[key, 0] + place]
            if same:
                return False
    keys[count, 0], keys[count, 1] = start, close
    return True


@part
def _is_null(text: Bytes, at: int, after: int) -> bool:
    """A text of four letters has a quote first."""
    if after - at != len("null") or text[at] != _N:
        return False
    return bool(text[at + 1] == _U and text[at + 2] == _L and text[at + 3] == _L)


@part
def _word_end(text: Bytes, at: int, end: int) -> int:
    """A number, a literal, or what a decoder will refuse."""
    while at < end and text[at] != _COMMA and text[at] != _CLOSE and text[at] > _SPACE:
        at += 1
    return at


@part
def _spaces(text: Bytes, at: int, end: int) -> int:
    while at < end and text[at] == _SPACE:
        at += 1
    return at
