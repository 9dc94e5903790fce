"""Process step 2: a batch and a stream's state become a new state, rollups by account and candidates."""

from collections import OrderedDict
from dataclasses import dataclass

import msgspec

from coagent.detect.config import DetectConfig
from coagent.domain.batch import Batch
from coagent.domain.candidate import Candidate
from coagent.domain.command import ToSegment
from coagent.domain.detector import Detectors
from coagent.domain.evidence import Evidence, GroupNews
from coagent.domain.review import ReviewPool
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.review.sampler import ReviewConfig
from coagent.steps import stream_state
from coagent.steps.live_stream import NOTHING, LiveStream, check_known
from coagent.steps.live_streams import LiveStreams, Message
from coagent.steps.stream_state import UnknownState, decode

CACHED_SEGMENTS = 512
"""Decoded states kept in this process, the most recently used."""


class Detected(msgspec.Struct, frozen=True):
    """Send what it holds before the state is stored: after a crash the same comes again, under the same ids."""

    state: bytes
    rollups: list[Rollup] = []
    candidates: list[Candidate] = []
    detectors: list[Detectors] = []
    evidence: list[Evidence] = []
    review: list[ReviewPool] = []


@dataclass(slots=True)
class _Cached:
    """`data` are the bytes that the stream stands for."""

    data: bytes | None
    stream: LiveStream


class DetectStep:
    """Holds no state of its own but a cache: the same state, batch and rate give the same result in any process."""

    def __init__(self, config: DetectConfig, review: ReviewConfig | None = None) -> None:
        """Without `review` no request is sampled for people."""
        self._config = config
        self._review = review or ReviewConfig()
        self._cached: OrderedDict[Segment, _Cached] = OrderedDict()

    def __call__(self, state: bytes | None, batch: Batch, rows_per_month: float | None = None) -> Detected:
        """`state` is what the segment's last call returned, None at its first batch. Rows seen before drop out.
        `rows_per_month`: as measured over the fleet, where the operator named none.
        """
        return self._take(state, batch.segment, batch, rows_per_month)

    def obey(self, state: bytes | None, command: ToSegment, rows_per_month: float | None = None) -> Detected:
        """The same for a command; one that was obeyed before changes nothing. Raises Refused."""
        check_known(state, command)
        return self._take(state, command.segment.stream, command, rows_per_month)

    def hear(self, state: bytes | None, news: GroupNews, rows_per_month: float | None = None) -> Detected:
        """The same for what the stream's group says."""
        return self._take(state, news.stream, news, rows_per_month)

    def live(self) -> "LiveStreams":
        """The same for a worker that writes states at checkpoints alone."""
        return LiveStreams(self._config, self._review)

    @staticmethod
    def begin_new_log(state: bytes) -> bytes:
        """What was learned and is open, without the places in a log that is gone."""
        return stream_state.begin_new_log(state, Segment("", ""))

    @staticmethod
    def has_open_change(state: bytes, segment: Segment) -> bool:
        """Whether a change is open in it, or was reported to its end and can still be accepted."""
        try:
            watch, _, _ = decode(state, segment)
        except UnknownState:
            return False
        return watch.suspicion is not None or watch.control.settled is not None

    def _take(self, state: bytes | None, segment: Segment, message: Message, rows_per_month: float | None) -> Detected:
        cached = self._cached.pop(segment, None)  # so that an error half-way leaves nothing wrong behind
        if cached is None or cached.data != state:
            cached = _Cached(state, LiveStream.decoded(state, segment, self._review))
        stream = cached.stream
        reports = stream.take(message, self._config.measured(rows_per_month))
        rollups = stream.take_rollups()
        if state is None or rollups or reports is not NOTHING:
            cached.data = stream.to_bytes()
        self._keep(segment, cached)
        return Detected(cached.data or b"", rollups, *reports)

    def _keep(self, segment: Segment, cached: _Cached) -> None:
        self._cached[segment] = cached
        if len(self._cached) > CACHED_SEGMENTS:
            self._cached.popitem(last=False)
