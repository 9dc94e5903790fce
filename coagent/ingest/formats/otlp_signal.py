"""What an OTLP export batch in protobuf holds: spans, log records and metrics come under the same field numbers.

All three are lists of (resource, list of (scope, list of records)); the first record that says what it is decides, by
the fields that differ in number and wire type (opentelemetry-proto 1.x).
"""

from collections.abc import Iterator
from enum import Enum

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_SIZES = {_FIXED64: 8, _FIXED32: 4}
_MAX_FIELDS = 10_000
_MAX_SHIFT = 63


class Signal(Enum):
    """SPANS also stands for a batch without records."""

    SPANS = "spans"
    LOGS = "logs"
    METRICS = "metrics"


_SPAN_FIELDS = {(7, _FIXED64), (8, _FIXED64), (6, _VARINT), (16, _FIXED32), (15, _BYTES), (10, _VARINT), (12, _VARINT)}
_LOG_FIELDS = {(1, _FIXED64), (11, _FIXED64), (2, _VARINT), (8, _FIXED32), (7, _VARINT), (6, _BYTES)}
_METRIC_FIELDS = {(7, _BYTES)}
_METRIC_DATA = {(5, _BYTES), (9, _BYTES), (10, _BYTES), (11, _BYTES)}
_TRACE_ID_BYTES, _SPAN_ID_BYTES = 16, 8

Field = tuple[int, int, bytes]


def signal_of(message: bytes) -> Signal:
    """Decided by the first record that has a field which only one signal has.

    >>> signal_of(b"")
    <Signal.SPANS: 'spans'>
    """
    signals = (_signal(record) for record in _records(message))
    return next((signal for signal in signals if signal), Signal.SPANS)


def _signal(record: bytes) -> Signal | None:
    fields: list[Field] = []
    for field, wire, part in _fields(record):
        if (field, wire) in _SPAN_FIELDS:
            return Signal.SPANS
        fields.append((field, wire, part))
    return _other_signal(fields)


def _other_signal(fields: list[Field]) -> Signal | None:
    """Of a record without a field that spans alone have."""
    kinds = {(field, wire) for field, wire, _ in fields}
    if kinds & _LOG_FIELDS:
        return Signal.LOGS
    if kinds & _METRIC_FIELDS or (_is_named(fields) and kinds & _METRIC_DATA):
        return Signal.METRICS
    sizes = {(field, len(part)) for field, wire, part in fields if wire == _BYTES}
    if {(1, _TRACE_ID_BYTES), (2, _SPAN_ID_BYTES)} <= sizes:
        return Signal.SPANS
    return Signal.LOGS if {(9, _TRACE_ID_BYTES), (10, _SPAN_ID_BYTES)} <= sizes else None


def _is_named(fields: list[Field]) -> bool:
    """A metric begins with its name, a span with 16 random bytes."""
    name = next((part for field, wire, part in fields if (field, wire) == (1, _BYTES)), b"")
    return bool(name) and name.isascii() and name.decode().isprintable()


def _records(message: bytes) -> Iterator[bytes]:
    for field, wire, group in _fields(message):
        if (field, wire) == (1, _BYTES):
            for inner, kind, scope in _fields(group):
                if (inner, kind) == (2, _BYTES):
                    yield from (part for place, form, part in _fields(scope) if (place, form) == (2, _BYTES))


def _fields(message: bytes) -> Iterator[Field]:
    """Number, wire type and bytes of each field; ends where the bytes are no protobuf."""
    at = 0
    for _ in range(_MAX_FIELDS):
        tag, at = _varint(message, at)
        if tag <= 0:
            return
        wire, start = tag & 7, at
        if wire == _VARINT:
            _, at = _varint(message, at)
        elif wire == _BYTES:
            size, start = _varint(message, at)
            at = start + size
        else:
            at += _SIZES.get(wire, len(message) + 1)
        if at < 0 or start < 0 or at > len(message):
            return
        yield tag >> 3, wire, message[start:at]


def _varint(message: bytes, at: int) -> tuple[int, int]:
    """The number and the place after it; -1 where it is cut off or too long."""
    number = 0
    for shift in range(0, _MAX_SHIFT + 7, 7):
        if not 0 <= at < len(message):
            return -1, -1
        byte = message[at]
        number |= (byte & 127) << shift
        at += 1
        if byte < 128:  # noqa: PLR2004  # the last byte of a varint has no continuation bit
            return number, at
    return -1, -1
