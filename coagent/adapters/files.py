"""Log files as a source of raw records: one record a line, plain, gzip or Zstandard."""

import gzip
import io
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import zstandard

from coagent.domain.errors import Fatal
from coagent.ports import RawRecord

STDIN = "-"
MAX_LINE_BYTES = 16 << 20
"""Of a longer line only so much is handed on, one byte over the bound, so that it is rejected and not read in full."""

_GZIP = b"\x1f\x8b"
_ZSTD = b"\x28\xb5\x2f\xfd"
_CHUNK_BYTES = 1 << 16
_PROGRESS_LINES = 1000


class LogFiles:
    """Paths, `-` for standard input; compression is told by suffix or first bytes.

    `on_progress` is called now and then with the bytes read so far (compressed ones where compressed) of `size()`.
    """

    def __init__(self, paths: Sequence[str | Path], on_progress: Callable[[int], None] | None = None) -> None:
        self._paths = [str(path) for path in paths]
        self._on_progress = on_progress

    def size(self) -> int | None:
        """Bytes on disk, None where standard input is among the paths. Raises Fatal where a file is missing."""
        self._check_paths()
        return None if STDIN in self._paths else sum(_stat(Path(path)).st_size for path in self._paths)

    def records(self) -> Iterator[RawRecord]:
        """Lines that are not blank, in order. Raises Fatal for what is missing, empty, unreadable or damaged."""
        self._check_paths()
        found = 0
        for path, before in self._starts():
            for record in self._lines(path, before):
                found += 1
                yield record
        if not found:
            raise Fatal(f"{', '.join(self._paths)}: no records. Name log files with one JSON object a line.")

    def _check_paths(self) -> None:
        if not self._paths:
            raise Fatal("No input. Name one or more log files, or - for standard input.")
        for path in self._paths:
            if path != STDIN:
                _check_file(Path(path))

    def _starts(self) -> Iterator[tuple[str, int]]:
        before = 0
        for path in self._paths:
            yield path, before
            before += 0 if path == STDIN else _stat(Path(path)).st_size

    def _lines(self, path: str, before: int) -> Iterator[RawRecord]:
        number = 0
        try:
            with _opened(path) as raw:
                for number, line in enumerate(_bounded_lines(_decompressed(raw, path)), start=1):
                    if not line.isspace():
                        yield RawRecord(line, f"{path}:{number}")
                    if number % _PROGRESS_LINES == 0:
                        self._report(raw, before)
                self._report(raw, before)
        except (EOFError, zlib.error, gzip.BadGzipFile, zstandard.ZstdError) as error:
            raise Fatal(f"{path}: damaged after line {number} ({error}). Fetch or compress the file again.") from error
        except OSError as error:
            raise Fatal(
                f"{path}: {error.strerror or error}, after line {number}. Check the file and its rights."
            ) from error

    def _report(self, raw: BinaryIO, before: int) -> None:
        if self._on_progress and raw.seekable():
            self._on_progress(before + raw.tell())


def _check_file(path: Path) -> None:
    if stat.S_ISDIR(_stat(path).st_mode):
        raise Fatal(f"{path}: is a directory. Name the files in it, such as {path}/*.jsonl.")


def _stat(path: Path) -> os.stat_result:
    try:
        return path.stat()
    except FileNotFoundError as missing:
        raise Fatal(f"{path}: no such file. Check the path.") from missing
    except (OSError, ValueError) as error:  # ValueError: a null byte in the name
        raise Fatal(f"{path}: {getattr(error, 'strerror', None) or error}. Check the path and its rights.") from error


def _opened(path: str) -> BinaryIO:
    return _standard_input() if path == STDIN else Path(path).open("rb")


def _standard_input() -> BinaryIO:
    try:
        return open(sys.stdin.fileno(), "rb", closefd=False)
    except (AttributeError, ValueError, OSError) as closed:  # AttributeError: Python has none where it was closed
        raise Fatal("-: standard input is closed. Pipe records into it, or name log files.") from closed


def _decompressed(raw: BinaryIO, path: str) -> io.BufferedIOBase | BinaryIO:
    start = raw.peek(4) if isinstance(raw, io.BufferedReader) else b""
    if path.endswith(".gz") or start.startswith(_GZIP):
        return io.BufferedReader(gzip.GzipFile(fileobj=raw), _CHUNK_BYTES)
    if path.endswith(".zst") or start.startswith(_ZSTD):
        return io.BufferedReader(_ZstdFrames(raw), _CHUNK_BYTES)
    return raw


def _bounded_lines(lines: io.BufferedIOBase | BinaryIO) -> Iterator[bytes]:
    while line := lines.readline(MAX_LINE_BYTES + 1):
        rest = line
        while len(rest) > MAX_LINE_BYTES and not rest.endswith(b"\n"):
            rest = lines.readline(MAX_LINE_BYTES + 1)
        yield line.rstrip(b"\r\n") or b"\n"


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
            chunk = self._raw.read(_CHUNK_BYTES)
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
