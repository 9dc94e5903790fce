"""A stream's detection in memory: what a state's bytes stand for."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from coagent.columns import Columns, joined
from coagent.count.rollups import Rollups
from coagent.detect.config import DetectConfig
from coagent.detect.control import obey
from coagent.detect.detector_status import detectors_due
from coagent.detect.group.contribution import evidence_due
from coagent.detect.group.join import hear
from coagent.detect.observe import observe
from coagent.detect.state.codec import begun_anew
from coagent.detect.state.stream import Watch
from coagent.domain.batch import Batch
from coagent.domain.candidate import Candidate
from coagent.domain.command import Refused, Reset, ToSegment
from coagent.domain.detector import Detectors
from coagent.domain.evidence import Evidence, GroupNews
from coagent.domain.review import ReviewPool
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.review.sampler import ReviewConfig, Sampler
from coagent.steps.review_rows import sampled
from coagent.steps.stream_state import UnknownState, decode, encode

log = logging.getLogger(__name__)

Reports = tuple[list[Candidate], list[Detectors], list[Evidence], list[ReviewPool]]
"""What a message led to, beside rollups."""
NOTHING: Reports = ([], [], [], [])

BESIDE_REFERENCE_BYTES = 150_000
"""What a stream takes beside the rows that ranks are taken among: rows that were kept, evidence, open minutes."""


@dataclass(slots=True)
class LiveStream:
    """Changed in place by each message of its stream."""

    watch: Watch
    sources: dict[str, tuple[int, int]]
    rollups: Rollups
    sampler: Sampler

    @classmethod
    def decoded(cls, state: bytes | None, stream: Segment, review: ReviewConfig) -> Self:
        """A state of another layout begins anew."""
        watch, sources, rollups = _read(state, stream)
        sampler = Sampler.from_bytes(watch.review, stream, review)
        return cls(watch, sources, Rollups.from_bytes(rollups, stream), sampler)

    @property
    def size_bytes(self) -> int:
        """About what it takes in memory."""
        return self.watch.sensor.reference.counts.nbytes + BESIDE_REFERENCE_BYTES

    def to_bytes(self) -> bytes:
        self.watch.review = self.sampler.to_bytes()
        return encode(self.watch, self.sources, self.rollups.to_bytes())

    def take(self, message: Batch | ToSegment | GroupNews, config: DetectConfig) -> Reports:
        """What was taken before changes nothing. Raises Refused, before anything has changed."""
        match message:
            case Batch():
                return self.take_rows([message], config)
            case GroupNews():
                return hear(self.watch, message, config), [], [], []
            case _:
                return self._obey(message, config)

    def take_rollups(self) -> list[Rollup]:
        """Of all minutes that were touched since the last time."""
        return self.rollups.take()

    def take_rows(self, batches: Sequence[Batch], config: DetectConfig) -> Reports:
        """Of several batches together what each of them would have led to, but for what is reported at their end, and
        for the rows after an alarm among them: review has no open shift for these yet.
        """
        columns = self._unseen(batches)
        if columns is None:
            return NOTHING
        self.rollups.note(columns, self.watch.rows_seen + columns.rows)
        review = sampled(self.sampler, self.watch, columns)
        candidates = observe(self.watch, columns, config)
        times = columns.number("time_s")
        reported = detectors_due(self.watch, config, float(times[-1]))
        return candidates, reported, evidence_due(self.watch, config, times), review

    def _unseen(self, batches: Sequence[Batch]) -> Columns | None:
        """Rows that were never seen before; None where there are none."""
        parts = list[Columns]()
        for batch in batches:
            source = str(batch.source)
            columns = Columns(batch).unseen(self.sources.get(source))
            if columns.rows:
                self.sources[source] = (int(columns.offsets[-1]), int(columns.indexes[-1]))
                parts.append(columns)
        return joined(parts) if parts else None

    def _obey(self, command: ToSegment, config: DetectConfig) -> Reports:
        if command.id in self.watch.control.obeyed:
            return NOTHING
        candidates = obey(self.watch, command, config)
        if isinstance(command, Reset):
            self.watch = begun_anew(self.watch)
        return candidates, detectors_due(self.watch, config, self.watch.control.reported.time_s), [], []


def _read(state: bytes | None, stream: Segment) -> tuple[Watch, dict[str, tuple[int, int]], bytes | None]:
    if state is not None:
        try:
            return decode(state, stream)
        except UnknownState as error:
            log.warning("state of %s cannot be read (%s): it starts anew", stream.label, error)
    return Watch(stream), {}, None


def check_known(state: object | None, command: ToSegment) -> None:
    """Raises Refused where the command is for a stream that has no state."""
    if state is None:
        raise Refused(
            "unknown_segment",
            f"no request of {command.segment.label} was ever seen in this partition: check the five values of the "
            "segment, and that the message is partitioned as Java's clients do (murmur2)",
        )
