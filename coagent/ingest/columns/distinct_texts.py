# ruff: noqa: PLR0917, SIM110  compiled functions take their arrays by position and loop by hand
"""Texts become numbers, compiled: which of them are the same, and which rows have the same."""

import numpy as np
from numpy.typing import NDArray

from coagent.ingest.columns.compiled import compiled, part
from coagent.ingest.columns.json_spans import Bytes, Spans

Ints = NDArray[np.int32]

PROBES = 64
"""Places of a hash table that are looked at: nobody can make it slow. What finds none counts as distinct."""

_QUOTE = ord('"')
_FNV_START, _FNV_PRIME, _SPREAD = np.uint64(0xCBF29CE484222325), np.uint64(0x100000001B3), np.uint64(33)


@compiled
def distinct_texts(text: Bytes, spans: Spans, longest: int) -> tuple[Ints, Spans, NDArray[np.bool_]]:
    """For each quoted text its number among the distinct ones, shape (rows, columns), -1 where the span is below 0 or
    the text is empty; their spans, without quotes, in order of first appearance; and the rows in which all have quotes
    and none is too long.
    """
    good = np.ones(len(spans), np.bool_)
    codes = np.full(spans.shape[:2], -1, np.int32)
    found, hashes, count = np.empty((codes.size, 2), np.int32), np.empty(codes.size, np.uint64), 0
    slots = np.full(_power_of_two(2 * codes.size), -1, np.int32)
    for row in range(len(spans)):
        for column in range(spans.shape[1]):
            start, end = spans[row, column, 0] + 1, spans[row, column, 1] - 1
            if start > 0 and (text[start - 1] != _QUOTE or end - start > longest):
                good[row] = False
            elif 0 < start < end:
                state = _hash(text, start, end)
                slot = _slot(text, start, end, state, slots, found, hashes)
                code = slots[slot] if slot >= 0 else -1
                if code < 0:
                    code = count
                    found[code, 0], found[code, 1], hashes[code] = start, end, state
                    count += 1
                    if slot >= 0:
                        slots[slot] = code
                codes[row, column] = code
    return codes, found[:count].copy(), good


@part
def _power_of_two(least: int) -> int:
    size = 16
    while size < least:
        size *= 2
    return size


@part
def _hash(text: Bytes, start: int, end: int) -> np.uint64:
    """FNV-1a."""
    state = _FNV_START
    for place in range(start, end):
        state = (state ^ np.uint64(text[place])) * _FNV_PRIME
    return state ^ (state >> _SPREAD)


@part
def _slot(
    text: Bytes, start: int, end: int, state: np.uint64, slots: Ints, found: Spans, hashes: NDArray[np.uint64]
) -> int:
    """Where the text stands or may be put; -1 where too many others are in its way."""
    mask = len(slots) - 1
    for probe in range(PROBES):
        slot: int = (np.int64(state & np.uint64(mask)) + probe) & mask  # type: ignore[assignment]  # one integer in numba
        code = slots[slot]
        if code < 0 or (hashes[code] == state and _same(text, start, end, found[code, 0], found[code, 1])):
            return slot
    return -1


@part
def _same(text: Bytes, start: int, end: int, other: int, other_end: int) -> bool:
    if end - start != other_end - other:
        return False
    for place in range(end - start):
        if text[start + place] != text[other + place]:
            return False
    return True


@compiled
def equal_rows(codes: Ints) -> tuple[Ints, Ints]:
    """The number of each row's kind, shape (rows,), the same for equal rows; and the first row of each kind."""
    kinds, firsts, count = np.empty(len(codes), np.int32), np.empty(len(codes), np.int32), 0
    slots = np.full(_power_of_two(2 * len(codes)), -1, np.int32)
    mask = len(slots) - 1
    for row in range(len(codes)):
        state = _FNV_START
        for column in range(codes.shape[1]):
            state = (state ^ np.uint64(codes[row, column] + 1)) * _FNV_PRIME
        slot = np.int64((state ^ (state >> _SPREAD)) & np.uint64(mask))
        while slots[slot] >= 0 and not _equal(codes, row, firsts[slots[slot]]):
            slot = (slot + 1) & mask
        if slots[slot] < 0:
            slots[slot], firsts[count] = count, row
            count += 1
        kinds[row] = slots[slot]
    return kinds, firsts[:count].copy()


@part
def _equal(codes: Ints, row: int, other: int) -> bool:
    for column in range(codes.shape[1]):
        if codes[row, column] != codes[other, column]:
            return False
    return True


@compiled
def first_seen(codes: Ints, places: NDArray[np.int64], first: int, size: int) -> tuple[Ints, Ints, Ints]:
    """Those rows' codes, from column `first` on, numbered anew in each column by first appearance: shape (columns,
    rows), -1 stays; the codes that the new numbers stand for, same shape, and how many there are in each column.
    `size`: codes are below it.
    """
    columns = codes.shape[1] - first
    local, firsts = np.empty((columns, len(places)), np.int32), np.empty((columns, len(places)), np.int32)
    counts, seen_in, new = np.zeros(columns, np.int32), np.full(size, -1, np.int32), np.empty(size, np.int32)
    for column in range(columns):
        for row in range(len(places)):
            code = codes[places[row], first + column]
            if code < 0:
                local[column, row] = -1
                continue
            if seen_in[code] != column:
                seen_in[code], new[code] = column, counts[column]
                firsts[column, counts[column]] = code
                counts[column] += 1
            local[column, row] = new[code]
    return local, firsts, counts
