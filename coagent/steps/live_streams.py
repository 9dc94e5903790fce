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
from coagent.steps.live_stream import LiveStream, Reports, check_known

log = logging.getLogger(__name__)

LIVE_BYTES = 1 << 30
"""Streams beyond these leave memory, the least recently used first, once they are written: to read one again takes
2 ms. A stream takes 0.4 to 4 MB.
"""

ENOUGH_ROWS = 256
"""Rows of a stream that are stepped through at once: a step costs as much as a hundred rows."""
FEW_ROWS = 16
"""Fewer rows wait until the state is written, or something else than a batch comes: no change is found in so few."""

Message = Batch | ToSegment | GroupNews


class LiveState:
    """A stream's state after a message; its bytes can be had until the stream's next message."""

    def __init__(self, stream: "_Unwritten") -> None:
        self._stream = stream
        self.written: bytes | None = None

    @property
    def stream(self) -> "_Unwritten | None":
        """The stream that it stands for; None where that has taken another message since."""
        return self._stream if self._stream.stands_for(self) else None

    @property
    def waiting_rows(self) -> int:
        """Of batches that were taken, and not yet stepped through."""
        return self._stream.waiting_rows

    @property
    def has_found(self) -> bool:
        """Whether messages were stepped through since the last time."""
        return self._stream.has_found

    def settle(self) -> "Found":
        """What the messages since the last time led to; nothing waits after it."""
        return self._stream.settle()

    def to_bytes(self) -> bytes:
        """Raises RuntimeError where rows wait, or the stream has taken another message since."""
        if self.written is None:
            self.written = self._stream.write(self)
        return self.written

    def take_rollups(self) -> list[Rollup]:
        """Of all minutes that changed since the last time, with all messages that do not wait."""
        return self._stream.live.take_rollups()


class Found(msgspec.Struct):
    """Send what it holds, and the rollups, before the state is stored: after a crash the same comes again, under the
    same ids. `batches`: those that were stepped through; `failed`: those that could not be, each with its error.
    `is_answer`: to a command or to news, among others.
    """

    candidates: list[Candidate] = []
    detectors: list[Detectors] = []
    evidence: list[Evidence] = []
    review: list[ReviewPool] = []
    batches: list[Batch] = []
    failed: list[tuple[Batch, Exception]] = []
    is_answer: bool = False

    def add(self, reports: Reports) -> None:
        candidates, detectors, evidence, review = reports
        self.candidates += candidates
        self.detectors += detectors
        self.evidence += evidence
        self.review += review


class LiveStreams:
    """The same states and messages give the same results in any process; `state` is what the stream's last message
    returned, or its bytes.

    Batches of few rows wait for others of their stream: what costs the same however many rows there are is then paid
    once. `LiveState.settle` ends that.
    """

    def __init__(self, config: DetectConfig, review: ReviewConfig, live_bytes: int = LIVE_BYTES) -> None:
        self._config = config
        self._review = review
        self._streams: OrderedDict[Segment, _Unwritten] = OrderedDict()
        self._room = live_bytes

    def __contains__(self, stream: Segment) -> bool:
        """Whether it is in memory."""
        return stream in self._streams

    def take(self, state: LiveState | bytes | None, message: Message, rows_per_month: float | None = None) -> LiveState:
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
        held = self._streams.pop(segment, None)
        if held is not None:
            self._room += held.held_bytes
        if isinstance(state, LiveState) and state.stream is not None:
            return state.stream
        if held is not None and held.stands_for(state):
            return held
        return _Unwritten(_bytes_of(state), segment, self._review)

    def _put_back(self, segment: Segment, stream: "_Unwritten") -> None:
        """As the most recently used; what is not written yet stays, whatever room there is."""
        self._streams[segment] = stream
        stream.held_bytes = stream.live.size_bytes
        self._room -= stream.held_bytes
        while self._room < 0 and (oldest := next(iter(self._streams.values()))).is_written:
            self._streams.popitem(last=False)
            self._room += oldest.held_bytes


class _Unwritten:
    """A stream with the messages that it took since its state was last written: from both it is made again where a
    message breaks it half-way. `held_bytes`: what it was last counted with.
    """

    def __init__(self, written: bytes | None, segment: Segment, review: ReviewConfig) -> None:
        self._segment = segment
        self._review = review
        self._written = written
        self._since: list[tuple[list[Batch] | ToSegment | GroupNews, DetectConfig]] = []
        self._waiting: list[Batch] = []
        self._waiting_for: DetectConfig | None = None
        self._found = Found()
        self._state: LiveState | None = None
        self.waiting_rows = 0
        self.held_bytes = 0
        self.live = LiveStream.decoded(written, segment, review)

    @property
    def has_found(self) -> bool:
        return bool(self._found.batches or self._found.failed or self._found.is_answer)

    @property
    def is_written(self) -> bool:
        return not self._since and not self._waiting

    def stands_for(self, state: LiveState | bytes | None) -> bool:
        """Whether this is the stream after that state's last message."""
        if isinstance(state, LiveState):
            return state is self._state
        return self.is_written and state == self._written

    def take(self, message: Message, config: DetectConfig) -> LiveState:
        if self._waiting_for != config or not isinstance(message, Batch):
            self._step_waiting()
        if isinstance(message, Batch):
            self._wait(message, config)
        else:
            self._found.add(self._stepped(message, config))
            self._found.is_answer = True
        self._state = LiveState(self)
        return self._state

    def settle(self) -> Found:
        self._step_waiting()
        found, self._found = self._found, Found()
        return found

    def write(self, state: LiveState) -> bytes:
        if state is not self._state or self._waiting:
            raise RuntimeError(f"the state of {self._segment.label} is asked for too late, or while rows wait")
        self._written = self.live.to_bytes()
        self._since.clear()
        return self._written

    def _wait(self, batch: Batch, config: DetectConfig) -> None:
        self._waiting.append(batch)
        self._waiting_for = config
        self.waiting_rows += batch.rows
        if self.waiting_rows >= ENOUGH_ROWS:
            self._step_waiting()

    def _step_waiting(self) -> None:
        """All at once; one by one where that fails, for one that breaks must not take the others with it."""
        batches, config = self._waiting, self._waiting_for
        self._waiting, self.waiting_rows = [], 0
        if batches and config is not None:
            self._step_together(batches, config)

    def _step_together(self, batches: list[Batch], config: DetectConfig) -> None:
        try:
            self._found.add(self._stepped(batches, config))
        except Exception as error:  # noqa: BLE001  whatever a batch holds: it becomes a dead letter
            self._fail(batches, config, error)
        else:
            self._found.batches += batches

    def _fail(self, batches: list[Batch], config: DetectConfig, error: Exception) -> None:
        if len(batches) == 1:
            log.error("%s: a batch cannot be stepped through", self._segment.label, exc_info=error)
            self._found.failed.append((batches[0], error))
            return
        for batch in batches:
            self._step_together([batch], config)

    def _stepped(self, messages: list[Batch] | ToSegment | GroupNews, config: DetectConfig) -> Reports:
        try:
            reports = self._advance(messages, config)
        except Refused:
            raise
        except Exception:
            self._make_again()
            raise
        self._since.append((messages, config))
        return reports

    def _advance(self, messages: list[Batch] | ToSegment | GroupNews, config: DetectConfig) -> Reports:
        if isinstance(messages, list):
            return self.live.take_rows(messages, config)
        return self.live.take(messages, config)

    def _make_again(self) -> None:
        log.warning("%s is made again from its last state and %d messages", self._segment.label, len(self._since))
        self.live = LiveStream.decoded(self._written, self._segment, self._review)
        for messages, config in self._since:
            self._advance(messages, config)


def _stream_of(message: Batch | GroupNews) -> Segment:
    return message.segment if isinstance(message, Batch) else message.stream


def _bytes_of(state: LiveState | bytes | None) -> bytes | None:
    return state.to_bytes() if isinstance(state, LiveState) else state
