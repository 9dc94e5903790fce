# ruff: noqa: PLR0917, PLR0912, PLR2004, PLR1714, C901  compiled functions take their arrays by position
# and branch by field; the numbers are those of the .proto files
"""Where the parts of an OTLP export batch of spans stand, compiled: one walk over the bytes, no object an attribute.

A message that is not plainly in order is left to the protobuf library: one with groups, with a field twice that may
stand once, with numbers of more than 63 bits, or that is cut off.

Source: opentelemetry-proto 1.x, `trace.proto`, `common.proto`, and the protobuf encoding.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coagent.ingest.columns.compiled import compiled, part

Bytes = NDArray[np.uint8]
Ints = NDArray[np.int64]

NOTHING, TEXT, BOOLEAN, WHOLE, REAL, NESTED, BINARY, ASCII = range(8)
"""What an attribute's value is: its two numbers are start and end of a text, bytes or nested value, else the number
(a REAL's by its bits). An ASCII text has no other letters; a TEXT has, or what is no text.
"""

SPAN_WIDTH, ATTRIBUTE_WIDTH, EVENT_WIDTH, OWNER_WIDTH = 17, 5, 3, 6
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_LONGEST_VARINT = 63
_SMALLEST = 2
"""Bytes with tag and length: an empty submessage."""
_LAYOUTS = 16
"""How many spans of other keys before are compared; the spans of one service have few kinds of keys."""


@dataclass(frozen=True, slots=True)
class Places:
    """Places within the message.

    `spans`, a row each: starts and ends of trace id, span id, parent id and name, then start and end in nanoseconds,
    status code, owner, first and last of its attributes, first and last of its events, and the first span that has
    the same keys in the same order. `keys`: start and end of each attribute's. `kinds`, `firsts` and `seconds`: of
    each attribute's value, `reals` its first number as a float. `events`: start, end and span. `owners`, one for each
    scope: first and last of its resource's attributes, then start and end of the scope's name and version.
    """

    spans: list[list[int]]
    keys: Ints
    kinds: list[int]
    firsts: list[int]
    seconds: list[int]
    reals: list[float]
    events: list[list[int]]
    owners: list[list[int]]


def find_spans(message: bytes) -> Places | None:
    """None where the message is not plainly in order."""
    room = len(message) // _SMALLEST + 1
    spans = np.empty((room, SPAN_WIDTH), np.int64)
    attributes = np.empty((room, ATTRIBUTE_WIDTH), np.int64)
    events = np.empty((room, EVENT_WIDTH), np.int64)
    owners = np.empty((room, OWNER_WIDTH), np.int64)
    counts = np.zeros(4, np.int64)
    if not _export(np.frombuffer(message, np.uint8), spans, attributes, events, owners, counts):
        return None
    keys, (kinds, firsts, seconds) = attributes[: counts[1], :2], attributes[: counts[1], 2:].T.copy()
    return Places(
        spans=spans[: counts[0]].tolist(),
        keys=keys,
        kinds=kinds.tolist(),
        firsts=firsts.tolist(),
        seconds=seconds.tolist(),
        reals=firsts.view(np.float64).tolist(),
        events=events[: counts[2]].tolist(),
        owners=owners[: counts[3]].tolist(),
    )


@part
def _tag(text: Bytes, at: int, end: int) -> tuple[int, int, int, int, int]:
    """Field, wire type, start and end of what stands there, and the number of a varint; field -1 where it is odd."""
    tag, at = _varint(text, at, end)
    field, wire = tag >> 3, tag & 7
    if at < 0 or field == 0:
        return -1, 0, 0, 0, 0
    number, start = 0, at
    if wire == _VARINT:
        number, at = _varint(text, at, end)
    elif wire == _FIXED64:
        at += 8
    elif wire == _FIXED32:
        at += 4
    elif wire == _BYTES:
        size, start = _varint(text, at, end)
        at = start + size if start >= 0 else -1
    else:
        return -1, 0, 0, 0, 0
    if at < 0 or at > end:
        return -1, 0, 0, 0, 0
    return field, wire, start, at, number


@part
def _varint(text: Bytes, at: int, end: int) -> tuple[int, int]:
    """The number and the place after it, -1 where it has more than 63 bits or is cut off."""
    number, shift = 0, 0
    while at < end and shift < _LONGEST_VARINT:
        byte = int(text[at])
        number |= (byte & 127) << shift
        at += 1
        if byte < 128:
            return number, at
        shift += 7
    return 0, -1


@part
def _long_varint(text: Bytes, at: int, end: int) -> tuple[int, int]:
    """A number of up to 64 bits in two's complement: ten bytes where it is negative."""
    number, shift = np.uint64(0), np.uint64(0)
    for _ in range(10):
        if at >= end:
            return 0, -1
        byte = np.uint64(text[at])
        number |= (byte & np.uint64(127)) << shift
        at += 1
        if byte < np.uint64(128):
            return int(np.int64(number)), at
        shift += np.uint64(7)
    return 0, -1


@part
def _fixed64(text: Bytes, at: int) -> int:
    number = np.uint64(0)
    for place in range(8):
        number |= np.uint64(text[at + place]) << np.uint64(8 * place)
    return int(np.int64(number))


@part
def _attribute(text: Bytes, at: int, end: int, row: Ints) -> bool:
    """A KeyValue."""
    row[0], row[1], row[2], row[3], row[4] = 0, 0, NOTHING, 0, 0
    while at < end:
        field, wire, start, at, _ = _tag(text, at, end)
        if field < 0 or (field <= 2 and wire != _BYTES):
            return False
        if field == 1:
            row[0], row[1] = start, at
        elif field == 2 and not _value(text, start, at, row):
            return False
    return True


@part
def _is_ascii(text: Bytes, at: int, end: int) -> bool:
    letters = 0
    for place in range(at, end):
        letters |= int(text[place])
    return letters < 128


@part
def _value(text: Bytes, at: int, end: int, row: Ints) -> bool:
    """An AnyValue; the last of its one-of counts."""
    while at < end:
        begin = at
        tag, after = _varint(text, at, end)
        if tag == (3 << 3 | _VARINT):
            number, at = _long_varint(text, after, end)
            if at < 0:
                return False
            row[2], row[3] = WHOLE, number
            continue
        field, wire, start, at, number = _tag(text, at, end)
        if field == 1 and wire == _BYTES:
            row[2], row[3], row[4] = ASCII if _is_ascii(text, start, at) else TEXT, start, at
        elif field == 2 and wire == _VARINT:
            row[2], row[3] = BOOLEAN, number
        elif field == 4 and wire == _FIXED64:
            row[2], row[3] = REAL, _fixed64(text, start)
        elif (field == 5 or field == 6) and wire == _BYTES and row[2] == NOTHING:
            row[2], row[3], row[4] = NESTED, begin, at
        elif field == 7 and wire == _BYTES:
            row[2], row[3], row[4] = BINARY, start, at
        else:
            return False
    return True


@part
def _span(
    text: Bytes, at: int, end: int, spans: Ints, attributes: Ints, events: Ints, counts: Ints, owner: int
) -> bool:
    number = counts[0]
    row = spans[number]
    row[:] = 0
    row[11], row[12], row[14] = owner, counts[1], counts[2]
    while at < end:
        field, wire, start, at, _ = _tag(text, at, end)
        if field < 0:
            return False
        if field == 9 and wire == _BYTES:
            if not _attribute(text, start, at, attributes[counts[1]]):
                return False
            counts[1] += 1
        elif field == 11 and wire == _BYTES:
            events[counts[2], 0], events[counts[2], 1], events[counts[2], 2] = start, at, number
            counts[2] += 1
        elif field == 7 and wire == _FIXED64:
            row[8] = _fixed64(text, start)
        elif field == 8 and wire == _FIXED64:
            row[9] = _fixed64(text, start)
        elif field == 1 and wire == _BYTES:
            row[0], row[1] = start, at
        elif field == 2 and wire == _BYTES:
            row[2], row[3] = start, at
        elif field == 4 and wire == _BYTES:
            row[4], row[5] = start, at
        elif field == 5 and wire == _BYTES:
            row[6], row[7] = start, at
        elif field == 15 and wire == _BYTES:
            code = _status(text, start, at)
            if code < 0:
                return False
            row[10] = code
        elif field in (1, 2, 4, 5, 7, 8, 9, 11, 15):
            return False
    row[13], row[15] = counts[1], counts[2]
    row[16] = _layout(text, spans, attributes, number)
    counts[0] += 1
    return bool(row[8] >= 0 and row[9] >= 0)


@part
def _layout(text: Bytes, spans: Ints, attributes: Ints, number: int) -> int:
    """The first span with the same keys in the same order, among the last few that differ; else the span itself."""
    other = number - 1
    for _ in range(_LAYOUTS):
        if other < 0:
            return number
        first = int(spans[other, 16])
        if _same_keys(text, attributes, spans[first, 12], spans[first, 13], spans[number, 12], spans[number, 13]):
            return first
        other = first - 1
    return number


@part
def _same_keys(text: Bytes, attributes: Ints, first: int, last: int, other: int, other_last: int) -> bool:
    if last - first != other_last - other:
        return False
    for place in range(last - first):
        one, two = attributes[first + place], attributes[other + place]
        if one[1] - one[0] != two[1] - two[0]:
            return False
        for letter in range(one[1] - one[0]):
            if text[one[0] + letter] != text[two[0] + letter]:
                return False
    return True


@part
def _status(text: Bytes, at: int, end: int) -> int:
    code = 0
    while at < end:
        field, wire, _, at, number = _tag(text, at, end)
        if field < 0 or (field == 3 and wire != _VARINT):
            return -1
        if field == 3:
            code = number
    return code


@part
def _resource(text: Bytes, at: int, end: int, attributes: Ints, counts: Ints) -> bool:
    while at < end:
        field, wire, start, at, _ = _tag(text, at, end)
        if field < 0 or (field == 1 and wire != _BYTES):
            return False
        if field == 1:
            if not _attribute(text, start, at, attributes[counts[1]]):
                return False
            counts[1] += 1
    return True


@part
def _scope(text: Bytes, at: int, end: int, row: Ints) -> bool:
    while at < end:
        field, wire, start, at, _ = _tag(text, at, end)
        if field < 0 or (field <= 2 and wire != _BYTES):
            return False
        if field == 1:
            row[2], row[3] = start, at
        elif field == 2:
            row[4], row[5] = start, at
    return True


@part
def _scope_spans(
    text: Bytes, at: int, end: int, spans: Ints, attributes: Ints, events: Ints, owners: Ints, counts: Ints
) -> bool:
    owner, scopes = counts[3], 0
    while at < end:
        field, wire, start, at, _ = _tag(text, at, end)
        if field < 0 or (field <= 2 and wire != _BYTES):
            return False
        if field == 1:
            scopes += 1
            if not _scope(text, start, at, owners[owner]):
                return False
        elif field == 2 and not _span(text, start, at, spans, attributes, events, counts, owner):
            return False
    counts[3] += 1
    return scopes <= 1


@part
def _resource_spans(
    text: Bytes, at: int, end: int, spans: Ints, attributes: Ints, events: Ints, owners: Ints, counts: Ints
) -> bool:
    """The resource stands first in what is written in the order of its fields; else it is odd."""
    first, last, resources, scopes = counts[1], counts[1], 0, 0
    while at < end:
        field, wire, start, at, _ = _tag(text, at, end)
        if field < 0 or (field <= 2 and wire != _BYTES):
            return False
        if field == 1:
            resources += 1
            if scopes or resources > 1 or not _resource(text, start, at, attributes, counts):
                return False
            last = counts[1]
        elif field == 2:
            scopes += 1
            row = owners[counts[3]]
            row[:] = 0
            row[0], row[1] = first, last
            if not _scope_spans(text, start, at, spans, attributes, events, owners, counts):
                return False
    return True


@compiled
def _export(text: Bytes, spans: Ints, attributes: Ints, events: Ints, owners: Ints, counts: Ints) -> bool:
    """Whether all is plainly in order. `counts`: of spans, attributes, events and owners."""
    at, end = 0, len(text)
    while at < end:
        field, wire, start, at, _ = _tag(text, at, end)
        if field < 0 or (field == 1 and wire != _BYTES):
            return False
        if field == 1 and not _resource_spans(text, start, at, spans, attributes, events, owners, counts):
            return False
    return True
