"""Reports every few seconds what was read so far and what became of it."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from coagent.adapters.kafka.internal_codec import INTAKE as CODEC
from coagent.adapters.kafka.record import Record
from coagent.domain.intake import Intake, TopicIntake
from coagent.domain.topics import INTAKE

REPORT_EVERY_S = 5.0


class IntakeReports:
    """Counts are those of one session, from 0 on, under the name `run`: of each topic the newest message replaces those
    before, so that the same message twice, or out of order, changes nothing.
    """

    def __init__(self, run: str, at_s: float) -> None:
        self._run = run
        self._reported_at = at_s
        self._sequence = 0
        self._reported: dict[str, TopicIntake] = {}

    def due(self, counts: Callable[[], Sequence[TopicIntake]], at_s: float) -> list[Record]:
        """What is new, every few seconds. `at_s`: epoch seconds."""
        return self.news(counts(), at_s) if at_s - self._reported_at >= REPORT_EVERY_S else []

    def news(self, counts: Sequence[TopicIntake], at_s: float) -> list[Record]:
        """What is new now: one message for each topic that anything was read of since the last time."""
        self._reported_at = at_s
        new = [topic for topic in counts if self._reported.get(topic.topic) != topic]
        self._reported |= {topic.topic: topic for topic in new}
        self._sequence += 1
        return [self._record(topic, datetime.fromtimestamp(at_s, UTC)) for topic in new]

    def _record(self, counts: TopicIntake, at: datetime) -> Record:
        report = Intake(run=self._run, sequence=self._sequence, at=at, counts=counts)
        return Record(INTAKE, report.id.encode(), CODEC.encode(report), CODEC.headers)
