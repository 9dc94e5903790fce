"""Process step 2 in one process from a log's beginning to its end: streams live in memory, and no state is written."""

from collections import OrderedDict
from typing import Protocol

from coagent.detect.config import DetectConfig
from coagent.domain.batch import Batch
from coagent.domain.evidence import GroupNews
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.review.sampler import ReviewConfig
from coagent.steps.live_stream import LiveStream, Reports

LIVE_BYTES = 3 << 29
"""Streams beyond these wait as bytes, a fiftieth of their size, until their next message: one takes a millisecond to
write and one to read. A stream takes 0.4 to 4 MB.
"""


NO_REVIEW = ReviewConfig(budget=0)


class Streams(Protocol):
    """What an analysis asks of `StreamsInMemory`."""

    def take(self, message: Batch | GroupNews) -> Reports: ...

    def take_rollups(self) -> list[Rollup]: ...


class StreamsInMemory:
    """The same messages give the same results, however many streams live."""

    def __init__(self, config: DetectConfig, live_bytes: int = LIVE_BYTES) -> None:
        self._config = config
        self._live: OrderedDict[Segment, LiveStream] = OrderedDict()
        self._room = live_bytes
        self._written: dict[Segment, bytes] = {}
        self._rollups: list[Rollup] = []

    def take(self, message: Batch | GroupNews) -> Reports:
        """What a message led to, beside rollups."""
        segment = message.segment if isinstance(message, Batch) else message.stream
        stream = self._taken_out(segment)
        reports = stream.take(message, self._config)
        self._live[segment] = stream
        self._room -= stream.size_bytes
        self._make_room()
        return reports

    def take_rollups(self) -> list[Rollup]:
        """Of all minutes that were touched since the last time, as they are now."""
        found, self._rollups = self._rollups, []
        return found + [rollup for stream in self._live.values() for rollup in stream.take_rollups()]

    def _taken_out(self, segment: Segment) -> LiveStream:
        stream = self._live.pop(segment, None)
        if stream is None:
            return LiveStream.decoded(self._written.pop(segment, None), segment, NO_REVIEW)
        self._room += stream.size_bytes
        return stream

    def _make_room(self) -> None:
        """The least recently used are written."""
        while self._room < 0 and self._live:
            segment, stream = self._live.popitem(last=False)
            self._room += stream.size_bytes
            self._rollups += stream.take_rollups()
            self._written[segment] = stream.to_bytes()
