"""What is inside a compressed file, or inside a compressed message of one."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO

import zstandard

from coagent.adapters.files.bounds import CHUNK_BYTES, MAX_RECORD_BYTES

GZIP = b"\x1f\x8b"
ZSTD = b"\x28\xb5\x2f\xfd"
SUFFIXES = (".gz", ".zst")


class Damaged(Exception):
    """Compressed data that cannot be decompressed to its end."""


@contextmanager
def damage() -> Iterator[None]:
    """Raises Damaged, whichever compression notices."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError) as error:
        raise Damaged(str(error)) from error


def decompressed(raw: BinaryIO, name: str) -> io.BufferedIOBase | BinaryIO:
    """The same stream where nothing is compressed; compression is decided by the name's suffix or the first bytes."""
    start = raw.peek(4) if isinstance(raw, io.BufferedReader) else b""
    if name.endswith(".gz") or start.startswith(GZIP):
        return io.BufferedReader(gzip.GzipFile(fileobj=raw), CHUNK_BYTES)
    if name.endswith(".zst") or start.startswith(ZSTD):
        return io.BufferedReader(_ZstdFrames(raw), CHUNK_BYTES)
    return raw


def decompressed_message(message: bytes) -> bytes:
    """At most one byte over MAX_RECORD_BYTES; the message itself where it is not compressed, or damaged."""
    if not message.startswith((GZIP, ZSTD)):
        return message
    try:
        with damage():
            return decompressed(io.BufferedReader(io.BytesIO(message)), "").read(MAX_RECORD_BYTES + 1)
    except Damaged:
        return message


class _ZstdFrames(io.RawIOBase):
    """All frames of a Zstandard file; zstandard's own reader takes a cut-off frame for the end."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw
        self._frame = zstandard.ZstdDecompressor().decompressobj()
        self._inside = False
        self._ready = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        view = memoryview(buffer)
        while not self._ready:
            chunk = self._raw.read(CHUNK_BYTES)
            if not chunk:
                return self._end()
            self._ready = self._decompress(chunk)
        count = min(len(view), len(self._ready))
        view[:count] = self._ready[:count]
        self._ready = self._ready[count:]
        return count

    def _decompress(self, chunk: bytes) -> bytes:
        parts = []
        while chunk:
            parts.append(self._frame.decompress(chunk))
            self._inside, chunk = not self._frame.eof, b""
            if self._frame.eof:
                chunk = self._frame.unused_data
                self._frame = zstandard.ZstdDecompressor().decompressobj()
        return b"".join(parts)

    def _end(self) -> int:
        if self._inside:
            raise EOFError("the file ends within a Zstandard frame")
        return 0
