"""The first bytes of a stream, looked at and put back."""

import io
from typing import Any, BinaryIO

from coagent.adapters.files.bounds import CHUNK_BYTES, HEAD_BYTES

Stream = io.BufferedIOBase | BinaryIO
BOM = b"\xef\xbb\xbf"


def with_head(stream: Stream) -> tuple[bytes, bool, Stream]:
    """The first bytes, whether they are all there is, and a stream that begins with them; a byte order mark is gone."""
    head = _filled(stream)
    whole = len(head) < HEAD_BYTES
    head = head.removeprefix(BOM)
    return head, whole, io.BufferedReader(_Rejoined(head, stream), CHUNK_BYTES)


def _filled(stream: Stream) -> bytes:
    """Pipes hand over less than they are asked for."""
    parts, wanted = [], HEAD_BYTES
    while wanted and (part := stream.read(wanted)):
        parts.append(part)
        wanted -= len(part)
    return b"".join(parts)


class _Rejoined(io.RawIOBase):
    def __init__(self, head: bytes, rest: Stream) -> None:
        self._head = memoryview(head)
        self._rest = rest

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        if not self._head:
            return self._rest.readinto(buffer)  # type: ignore[union-attr]  # every stream that is opened here has it
        count = min(len(buffer), len(self._head))
        memoryview(buffer)[:count] = self._head[:count]
        self._head = self._head[count:]
        return count
