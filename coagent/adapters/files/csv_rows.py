"""Tables as text, with a header: one record a row."""

import csv
import io
import sys
from collections.abc import Iterator
from typing import Any

from coagent.adapters.files.bounds import CHUNK_BYTES, MAX_RECORD_BYTES
from coagent.adapters.files.cells import record_of
from coagent.adapters.files.head import Stream
from coagent.domain.rejected import Rejected

DELIMITERS = ",;\t|"


def csv_rows(stream: Stream) -> Iterator[tuple[bytes | Rejected, int]]:
    """Rows that are not empty, with the line they begin at; header names are keys, empty cells are absent."""
    csv.field_size_limit(min(MAX_RECORD_BYTES, sys.maxsize))
    text = io.TextIOWrapper(io.BufferedReader(_Unclosed(stream)), "utf-8", errors="surrogateescape", newline="")
    lines = _bounded(text)
    header = next(lines, "")
    delimiter = _delimiter(header[:CHUNK_BYTES])
    names = next(_rows(csv.reader([header], delimiter=delimiter)), [])
    if isinstance(names, Rejected):
        yield names, 1
        return
    rest = csv.reader(lines, delimiter=delimiter, strict=False)
    line = 2
    for cells in _rows(rest):
        if isinstance(cells, Rejected):
            yield cells, line
        elif any(cells):
            yield _record([name.strip() for name in names], cells), line
        line = rest.line_num + 2


def _bounded(text: io.TextIOWrapper) -> Iterator[str]:
    """Lines; in the place of one with more than MAX_RECORD_BYTES characters a cell too long, so that it is rejected."""
    longest = MAX_RECORD_BYTES + 1
    while line := text.readline(longest):
        is_whole = len(line) < longest or line.endswith("\n")
        while len(line) == longest and not line.endswith("\n"):
            line = text.readline(longest)
        yield line if is_whole else "x" * longest


def _rows(rows: Iterator[list[str]]) -> Iterator[list[str] | Rejected]:
    while True:
        try:
            yield next(rows)
        except StopIteration:
            return
        except csv.Error:
            yield Rejected(reason="invalid_csv", detail="a cell is too long, or a quote is not closed")


def _record(names: list[str], cells: list[str]) -> bytes | Rejected:
    if len(cells) > len(names):
        detail = f"{len(cells)} cells under a header of {len(names)} names: is a cell with a delimiter not quoted?"
        return Rejected(reason="invalid_csv", detail=detail)
    return record_of(zip(names, cells, strict=False))


def _delimiter(header: str) -> str:
    try:
        return csv.Sniffer().sniff(header, DELIMITERS).delimiter
    except csv.Error:
        return ","


class _Unclosed(io.RawIOBase):
    """The stream is closed by who opened it, not by the text reader around it."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        return self._stream.readinto(buffer)  # type: ignore[union-attr]  # every stream here has it
