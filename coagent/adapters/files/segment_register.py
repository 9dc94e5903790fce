"""Which segments came first, in a file that outlives the processes that share it: a segment's key a line."""

import fcntl
import logging
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec

from coagent.domain.segment import Segment

log = logging.getLogger(__name__)

MOST_BYTES = 64 << 20
"""Beyond, nothing is added: hundreds of thousands of segments, more than anything distinguishes."""


class SegmentRegister:
    """A line is whole or, after a crash of the machine, left out by all; the file's order is everybody's order."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_bytes = 0
        self._known: set[Segment] = set()

    def enter(self, segments: Sequence[Segment]) -> list[Segment]:
        """All that were entered since the last call, by any process, in the file's order. Where the file cannot be
        written, just these: rows beyond the bound on segments may then count twice after a crash.
        """
        try:
            return self._entered(segments)
        except OSError as problem:
            log.warning("segments are not remembered over a restart: %s. Make COAGENT_DATA_DIR writable", problem)
            return list(segments)

    def _entered(self, segments: Sequence[Segment]) -> list[Segment]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a+b") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            found = list(self._unread(file))
            new = [one for one in segments if one not in self._known]
            if new and self._read_bytes < MOST_BYTES:
                _append(file, new)
                found += self._unread(file)
        return found

    def _unread(self, file: IO[bytes]) -> Iterator[Segment]:
        """From where the last reading ended; each segment once."""
        file.seek(self._read_bytes)
        text = file.read()
        self._read_bytes += len(text)
        for line in text.split(b"\n"):
            segment = _segment(line)
            if segment is not None and segment not in self._known:
                self._known.add(segment)
                yield segment


def _append(file: IO[bytes], segments: Sequence[Segment]) -> None:
    """Whole lines, on the disk before anything that depends on them; what a crash left of a line ends here."""
    file.write(b"\n" + b"".join(segment.key() + b"\n" for segment in segments))
    file.flush()
    os.fsync(file.fileno())


def _segment(line: bytes) -> Segment | None:
    try:
        return Segment.from_key(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
