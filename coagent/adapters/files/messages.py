"""Files of protobuf export requests (or of JSON ones behind a length): one record a message.

The OpenTelemetry Collector's file exporter writes four bytes, big-endian, before each message where its format is
`proto` or it compresses; then each message is compressed by itself. Others write a varint, or one request alone.
"""

from collections.abc import Iterator

from coagent.adapters.files.bounds import MAX_RECORD_BYTES
from coagent.adapters.files.compression import decompressed_message
from coagent.adapters.files.head import Stream
from coagent.adapters.files.wire_format import varint

_GROUPS_BYTES = 4 << 20
"""A request alone in its file is handed on in parts of at least so much: resource groups are a request of their own."""


def messages_by_uint32(stream: Stream) -> Iterator[bytes]:
    """What is cut off at the end is handed on as it is."""
    while size := stream.read(4):
        yield decompressed_message(_message(stream, int.from_bytes(size, "big")))


def messages_by_varint(stream: Stream) -> Iterator[bytes]:
    """What is cut off at the end is handed on as it is."""
    while size := _varint_bytes(stream):
        found = varint(size, 0)
        yield decompressed_message(_message(stream, found[0])) if found else size


def export_parts(stream: Stream) -> Iterator[bytes]:
    """One export request, in parts of whole resource groups."""
    part = bytearray()
    while tag := stream.read(1):
        size = _varint_bytes(stream)
        found = varint(size, 0)
        part += tag + size + (_message(stream, found[0]) if found else b"")
        if len(part) >= _GROUPS_BYTES:
            yield bytes(part)
            part.clear()
    if part:
        yield bytes(part)


def _varint_bytes(stream: Stream) -> bytes:
    found = b""
    while len(found) < 10 and (one := stream.read(1)):  # noqa: PLR2004  a varint has ten bytes at most
        found += one
        if one < b"\x80":
            break
    return found


def _message(stream: Stream, size: int) -> bytes:
    """Of a message over the bound only its beginning, one byte over it."""
    found = stream.read(min(size, MAX_RECORD_BYTES + 1))
    left = size - len(found)
    while left > 0 and (skipped := len(stream.read(min(left, MAX_RECORD_BYTES)))):
        left -= skipped
    return found
