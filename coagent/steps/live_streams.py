"""Process step 2 in a worker: streams live in memory, and their states are written at checkpoints alone."""

import logging
from collections import OrderedDict

import msgspec

from coagent.detect.config import DetectConfig
from coagent.domain.batch import Batch
from coagent.domain.candidate import Candidate
from coagent.domain.command import Refused, ToSegment
from coagent.domain.detector import Detectors
from coagent.domain.evidence import Evidence, GroupNews
from coagent.domain.review import ReviewPool
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.review.sampler import ReviewConfig
from coagent.steps.live_stream import LiveStream, check_known

log = logging.getLogger(__name__)

LIVE_BYTES = 1 << 30
"""Streams beyond these leave memory, the least recently used first, once they are written: to read one again takes
2 ms. A stream takes 0.4 to 4 MB.
"""

Message = Batch | ToSegment | GroupNews


class LiveState:
    """A stream's state after a message; its bytes can be had until the stream's next message."""

    def __init__(self, stream: "_Unwritten") -> None:
        self._stream = stream
        self.written: bytes | None = None

    def to_bytes(self) -> bytes:
        if self.written is None:
            self.written = self._stream.write(self)
        return self.written

    def take_rollups(self) -> list[Rollup]:
        """Of all minutes that changed since the last time, with all messages so far."""
        return self._stream.live.take_rollups()


class Taken(msgspec.Struct, frozen=True):
    """Send what it holds, and the rollups, before the state is stored: after a crash the same comes again, under the
    same ids.
    """

    state: LiveState
    candidates: list[Candidate] = []
    detectors: list[Detectors] = []
    evidence: list[Evidence] = []
    review: list[ReviewPool] = []


class LiveStreams:
    """The same states and messages give the same results in any process; `state` is what the stream's last message
    returned, or its bytes.
    """

    def __init__(self, config: DetectConfig, review: ReviewConfig, live_bytes: int = LIVE_BYTES) -> None:
        self._config = config
        self._review = review
        self._streams: OrderedDict[Segment, _Unwritten] = OrderedDict()
        self._room = live_bytes

    def __contains__(self, stream: Segment) -> bool:
        """Whether it is in memory."""
        return stream in self._streams

    def take(self, state: LiveState | bytes | None, message: Message, rows_per_month: float | None = None) -> Taken:
        """Raises Refused. After any error the stream is as it was before the message."""
        segment = message.segment.stream if isinstance(message, ToSegment) else _stream_of(message)
        if isinstance(message, ToSegment):
            check_known(state, message)
        stream = self._taken_out(state, segment)
        try:
            return stream.take(message, self._config.measured(rows_per_month))
        finally:
            self._put_back(segment, stream)

    def _taken_out(self, state: LiveState | bytes | None, segment: Segment) -> "_Unwritten":
        stream = self._streams.pop(segment, None)
        if stream is not None:
            self._room += stream.live.size_bytes
        if stream is None or not stream.stands_for(state):
            return _Unwritten(_bytes_of(state), segment, self._review)
        return stream

    def _put_back(self, segment: Segment, stream: "_Unwritten") -> None:
        """As the most recently used; what is not written yet stays, whatever room there is."""
        self._streams[segment] = stream
        self._room -= stream.live.size_bytes
        while self._room < 0 and (oldest := next(iter(self._streams.values()))).is_written:
            self._streams.popitem(last=False)
            self._room += oldest.live.size_bytes


class _Unwritten:
    """A stream with the messages that it took since its state was last written: from both it is made again where a
    message breaks it half-way.
    """

    def __init__(self, written: bytes | None, segment: Segment, review: ReviewConfig) -> None:
        self._segment = segment
        self._review = review
        self._written = written
        self._since: list[tuple[Message, DetectConfig]] = []
        self._state: LiveState | None = None
        self.live = LiveStream.decoded(written, segment, review)

    @property
    def is_written(self) -> bool:
        return not self._since

    def stands_for(self, state: LiveState | bytes | None) -> bool:
        """Whether this is the stream after that state's last message."""
        if isinstance(state, LiveState):
            return state is self._state
        return self.is_written and state == self._written

    def take(self, message: Message, config: DetectConfig) -> Taken:
        try:
            reports = self.live.take(message, config)
        except Refused:
            raise
        except Exception:
            self._make_again()
            raise
        self._since.append((message, config))
        self._state = LiveState(self)
        return Taken(self._state, *reports)

    def write(self, state: LiveState) -> bytes:
        """Raises RuntimeError where the stream has taken another message since."""
        if state is not self._state:
            raise RuntimeError(f"the state of {self._segment.label} is asked for too late")
        self._written = self.live.to_bytes()
        self._since.clear()
        return self._written

    def _make_again(self) -> None:
        log.warning("%s is made again from its last state and %d messages", self._segment.label, len(self._since))
        self.live = LiveStream.decoded(self._written, self._segment, self._review)
        for message, config in self._since:
            self.live.take(message, config)


def _stream_of(message: Batch | GroupNews) -> Segment:
    return message.segment if isinstance(message, Batch) else message.stream


def _bytes_of(state: LiveState | bytes | None) -> bytes | None:
    return state.to_bytes() if isinstance(state, LiveState) else state
