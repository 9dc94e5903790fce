"""Lines of a bounded length."""

from collections.abc import Iterator

from coagent.adapters.files import bounds
from coagent.adapters.files.head import Stream
from coagent.ports import RawRecord

_DATA, _DONE = b"data:", b"[DONE]"


def bounded_lines(stream: Stream) -> Iterator[bytes]:
    """Without their ends; an empty line is a line end."""
    longest = bounds.MAX_RECORD_BYTES + 1
    while line := stream.readline(longest):
        rest = line
        while len(rest) == longest and not rest.endswith(b"\n"):
            rest = stream.readline(longest)
        yield line.rstrip(b"\r\n") or b"\n"


def placed_lines(stream: Stream, path: str) -> Iterator[RawRecord]:
    """Lines that are not blank, with their number from 1: the hot path."""
    for number, line in enumerate(bounded_lines(stream), start=1):
        if not line.isspace():
            yield RawRecord(line, f"{path}:{number}")


def event_lines(stream: Stream, path: str) -> Iterator[RawRecord]:
    """The data of server-sent events, with its line's number; the mark at a stream's end is none."""
    for number, line in enumerate(bounded_lines(stream), start=1):
        data = line.removeprefix(_DATA).strip() if line.startswith(_DATA) else b""
        if data and data != _DONE:
            yield RawRecord(data, f"{path}:{number}")
