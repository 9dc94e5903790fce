"""Paths as a source of raw records."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from coagent.adapters.files import one_file
from coagent.adapters.files.compression import Damaged, damage
from coagent.adapters.files.paths import STDIN, Named, named_files
from coagent.adapters.files.unread import Unread
from coagent.domain.errors import Fatal
from coagent.domain.rejected import Skipped
from coagent.ports import RawRecord

PROGRESS_RECORDS = 1000
NOT_A_LOG = "file_not_read:name"


class LogFiles:
    """Files, folders, patterns, or `-` for standard input; each file's kind and compression are found by its content.

    `on_progress` is called now and then with the bytes read so far (compressed ones where compressed) of `size()`.
    """

    def __init__(self, paths: Sequence[str | Path], on_progress: Callable[[int], None] | None = None) -> None:
        self._paths = [str(path) for path in paths]
        self._on_progress = on_progress

    def size(self) -> int | None:
        """Bytes on disk, None where standard input is among the paths. Raises Fatal where a file is missing."""
        files = named_files(self._paths)
        return None if any(named.path == STDIN for named in files) else sum(named.size for named in files)

    def records(self) -> Iterator[RawRecord]:
        """In order; what a folder holds besides logs comes as skipped. Raises Fatal for what is missing, empty,
        unreadable or damaged.
        """
        found, before = False, 0
        for named in named_files(self._paths):
            for record in self._file(named, before):
                yield record
                found = True
            before += named.size
        if not found:
            raise Fatal(f"{', '.join(self._paths)}: no records. Name log files; docs/sources.md lists what is read.")

    def _file(self, named: Named, before: int) -> Iterator[RawRecord]:
        if not named.is_log:
            yield _skipped(named.path, NOT_A_LOG)
            return
        try:
            yield from self._records(named.path, before)
            self._report(before + named.size)
        except Unread as unread:
            if not named.listed:
                raise Fatal(f"{named.path}: is {unread.what}, which is not read: {unread.action}.") from unread
            yield _skipped(named.path, f"file_not_read:{unread.kind}")

    def _records(self, path: str, before: int) -> Iterator[RawRecord]:
        record: RawRecord | None = None
        try:
            with one_file.opened(path) as raw, damage():
                for number, record in enumerate(one_file.records_of(raw, path), start=1):
                    yield record
                    if number % PROGRESS_RECORDS == 0:
                        self._report(before + raw.tell() if raw.seekable() else 0)
        except Damaged as error:
            raise Fatal(f"{path}: damaged {_after(record)} ({error}). Fetch or compress the file again.") from error
        except OSError as error:
            reason = error.strerror or error
            raise Fatal(f"{path}: {reason}, {_after(record)}. Check the file and its rights.") from error

    def _report(self, done: int) -> None:
        if self._on_progress and done:
            self._on_progress(done)


def _skipped(path: str, reason: str) -> RawRecord:
    return RawRecord(b"", path, Skipped(reason=reason))


def _after(last: RawRecord | None) -> str:
    if last is None:
        return "after line 0"
    line, number = last.place.rpartition(":")[2], last.place.rpartition("#")[2]
    return f"after line {line}" if line.isdigit() else f"after record {number}"
