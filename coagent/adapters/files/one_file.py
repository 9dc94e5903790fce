"""The records of one opened file."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from coagent.adapters.files.compression import decompressed
from coagent.adapters.files.csv_rows import csv_rows
from coagent.adapters.files.head import Stream, with_head
from coagent.adapters.files.json_values import JsonValues
from coagent.adapters.files.kinds import kind_of
from coagent.adapters.files.lines import event_lines, placed_lines
from coagent.adapters.files.messages import export_parts, messages_by_uint32, messages_by_varint
from coagent.adapters.files.parquet_rows import parquet_rows
from coagent.adapters.files.paths import STDIN, inner_name
from coagent.adapters.files.unread import Unread
from coagent.domain.errors import Fatal
from coagent.ports import RawRecord

_BY_NUMBER: dict[str, Callable[[Stream], Iterator[bytes]]] = {
    "json": lambda stream: iter(JsonValues(stream)),
    "messages_by_uint32": messages_by_uint32,
    "messages_by_varint": messages_by_varint,
    "export": export_parts,
}


def opened(path: str) -> BinaryIO:
    """Raises Fatal where standard input is closed."""
    return _standard_input() if path == STDIN else Path(path).open("rb")


def records_of(raw: BinaryIO, path: str) -> Iterator[RawRecord]:
    """In order; a place is `path:7` for a line, `path#7` for the seventh record. Raises Unread for a kind that is not
    read.
    """
    stream = decompressed(raw, path)
    head, whole, stream = with_head(stream)
    kind = kind_of(head, whole, inner_name(path))
    if kind == "lines":
        yield from placed_lines(stream, path)
    elif kind == "events":
        yield from event_lines(stream, path)
    elif kind == "csv":
        yield from _csv(stream, path)
    else:
        values = _parquet(path) if kind == "parquet" else _BY_NUMBER[kind](stream)
        for number, value in enumerate(values, start=1):
            yield RawRecord(value, f"{path}#{number}")


def _csv(stream: Stream, path: str) -> Iterator[RawRecord]:
    for value, line in csv_rows(stream):
        place = f"{path}:{line}"
        yield RawRecord(value, place) if isinstance(value, bytes) else RawRecord(b"", place, value)


def _parquet(path: str) -> Iterator[bytes]:
    if path == STDIN or path != inner_name(path):
        raise Unread("parquet", "Parquet from standard input or within a compression", "name the .parquet file itself")
    return parquet_rows(path)


def _standard_input() -> BinaryIO:
    try:
        return open(sys.stdin.fileno(), "rb", closefd=False)
    except (AttributeError, ValueError, OSError) as closed:  # AttributeError: Python has none where it was closed
        raise Fatal("-: standard input is closed. Pipe records into it, or name log files.") from closed
