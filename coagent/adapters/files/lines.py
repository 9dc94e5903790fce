"""Lines of a bounded length."""

from collections.abc import Iterator

from coagent.adapters.files import bounds
from coagent.adapters.files.head import Stream
from coagent.ports import RawRecord


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
