"""Process step 2: a batch and a stream's state become a new state, rollups by account and candidates."""

import logging
from collections import OrderedDict
from dataclasses import dataclass

import msgspec

from coagent.detect.columns import Columns
from coagent.detect.config import DetectConfig
from coagent.detect.control import obey
from coagent.detect.detector_status import detectors_due
from coagent.detect.group.contribution import evidence_due
from coagent.detect.group.join import hear
from coagent.detect.observe import observe
from coagent.detect.rollups import Rollups
from coagent.detect.state import envelope
from coagent.detect.state.codec import begun_anew, decode, encode
from coagent.detect.state.envelope import UnknownState
from coagent.detect.state.stream import Watch
from coagent.domain.batch import Batch
from coagent.domain.candidate import Candidate
from coagent.domain.command import Refused, Reset, ToSegment
from coagent.domain.detector import Detectors
from coagent.domain.evidence import Evidence, GroupNews
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment

log = logging.getLogger(__name__)

CACHED_SEGMENTS = 512
"""Decoded states kept in this process, the most recently used."""


class Detected(msgspec.Struct, frozen=True):
    """Send what it holds before the state is stored: after a crash the same comes again, under the same ids."""

    state: bytes
    rollups: list[Rollup] = []
    candidates: list[Candidate] = []
    detectors: list[Detectors] = []
    evidence: list[Evidence] = []


@dataclass(slots=True)
class _Live:
    """A decoded state; `data` are the bytes it stands for."""

    data: bytes | None
    watch: Watch
    sources: dict[str, tuple[int, int]]
    rollups: Rollups


class DetectStep:
    """Holds no state of its own but a cache: the same state, batch and rate give the same result in any process."""

    def __init__(self, config: DetectConfig) -> None:
        self._config = config
        self._live: OrderedDict[Segment, _Live] = OrderedDict()

    def __call__(self, state: bytes | None, batch: Batch, rows_per_month: float | None = None) -> Detected:
        """`state` is what the segment's last call returned, None at its first batch. Rows seen before drop out.
        `rows_per_month`: as measured over the fleet, where the operator named none.
        """
        config = self._config.measured(rows_per_month)
        live = self._load(state, batch.segment)
        columns = Columns(batch).unseen(live.sources.get(str(batch.source)))
        if columns.rows == 0:
            return Detected(state if state is not None else self._store(live))
        live.sources[str(batch.source)] = (int(columns.offsets[-1]), int(columns.indexes[-1]))
        rollups = live.rollups.add(columns, batch.source, live.watch.rows_seen + columns.rows)
        candidates = observe(live.watch, columns, batch.source, config)
        times = columns.number("time_s")
        reported = detectors_due(live.watch, config, float(times[-1]))
        evidence = evidence_due(live.watch, config, times)
        return Detected(self._store(live), rollups, candidates, reported, evidence)

    def obey(self, state: bytes | None, command: ToSegment, rows_per_month: float | None = None) -> Detected:
        """The same for a command; one that was obeyed before changes nothing. Raises Refused."""
        if state is None:
            raise Refused(
                "unknown_segment",
                f"no request of {command.segment.label} was ever seen in this partition: check the five values of the "
                "segment, and that the message is partitioned as Java's clients do (murmur2)",
            )
        config = self._config.measured(rows_per_month)
        live = self._load(state, command.segment.stream)
        if command.id in live.watch.control.obeyed:
            self._keep(live)
            return Detected(state)
        candidates = obey(live.watch, command, config)
        if isinstance(command, Reset):
            live.watch = begun_anew(live.watch)
        reported = detectors_due(live.watch, config, live.watch.control.reported.time_s)
        return Detected(self._store(live), [], candidates, reported)

    def hear(self, state: bytes | None, news: GroupNews, rows_per_month: float | None = None) -> Detected:
        """The same for what the stream's group tells it."""
        live = self._load(state, news.stream)
        candidates = hear(live.watch, news, self._config.measured(rows_per_month))
        return Detected(self._store(live), [], candidates)

    @staticmethod
    def begin_new_log(state: bytes) -> bytes:
        """What was learned and is open, without the places in a log that is gone."""
        return envelope.begin_new_log(state, Rollups(Segment("", ""), []).to_bytes())

    @staticmethod
    def has_open_change(state: bytes, segment: Segment) -> bool:
        """Whether a change is open in it, or was reported to its end and can still be accepted."""
        try:
            watch, _, _ = decode(state, segment)
        except UnknownState:
            return False
        return watch.suspicion is not None or watch.control.settled is not None

    def _load(self, state: bytes | None, segment: Segment) -> _Live:
        """Taken out of the cache while it changes, so that an error half-way leaves nothing wrong behind."""
        live = self._live.pop(segment, None)
        if live is None or live.data != state:
            live = _decoded(state, segment)
        return live

    def _store(self, live: _Live) -> bytes:
        live.data = encode(live.watch, live.sources, live.rollups.to_bytes())
        self._keep(live)
        return live.data

    def _keep(self, live: _Live) -> None:
        self._live[live.watch.segment] = live
        if len(self._live) > CACHED_SEGMENTS:
            self._live.popitem(last=False)


def _decoded(state: bytes | None, segment: Segment) -> _Live:
    if state is not None:
        try:
            watch, sources, rollups = decode(state, segment)
            return _Live(state, watch, sources, Rollups.from_bytes(rollups, segment))
        except UnknownState as error:
            log.warning("state of %s cannot be read (%s): it starts anew", segment.label, error)
    return _Live(state, Watch(segment), {}, Rollups.from_bytes(None, segment))
