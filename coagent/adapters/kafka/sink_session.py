"""What the topics of TOPICS say to a store: read, write, then commit."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from threading import Event
from typing import Any

from confluent_kafka import Message

from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.command_codec import decode_command
from coagent.adapters.kafka.consumer import PartitionedConsumer
from coagent.adapters.kafka.dead_letter_codec import decode_dead_letter, retried_origin
from coagent.adapters.kafka.internal_codec import DETECTORS as DETECTOR_CODEC
from coagent.adapters.kafka.internal_codec import INTAKE as INTAKE_CODEC
from coagent.adapters.kafka.record import Headers, Undecodable
from coagent.domain import topics
from coagent.domain.batch import Source
from coagent.domain.command import SaidCommand
from coagent.domain.detector import Detectors
from coagent.domain.errors import Transient
from coagent.domain.insight import Insight
from coagent.domain.intake import Intake
from coagent.domain.rejected import DeadLetter
from coagent.domain.rollup import Rollup
from coagent.domain.shift import Dismissed, Shift
from coagent.domain.topics import CONTROL, DEADLETTER, DETECTORS, INTAKE, ROLLUPS, SHIFTS

log = logging.getLogger(__name__)

TOPICS = (ROLLUPS, SHIFTS, DETECTORS, CONTROL, DEADLETTER, INTAKE)
READ_MESSAGES = 2_000
READ_TIMEOUT_S = 0.2
RETRY_S = 1.0
LOG_EVERY_S = 60.0

Kept = Rollup | Shift | Dismissed | Detectors | SaidCommand | DeadLetter | Intake


class SinkSession:
    """Writes to the store what the topics say; one call of `write` is one transaction, or raises Transient."""

    def __init__(
        self,
        open_consumer: Callable[[], PartitionedConsumer],
        write: Callable[[Sequence[Any]], None],
        clock: Callable[[], float],
    ) -> None:
        self.counters: Counter[str] = Counter()
        self._consumer = open_consumer()
        self._write = write
        self._clock = clock

    def run(self, stop: Event) -> None:
        """Until `stop` is set. Raises Transient, ReplacedCluster."""
        try:
            logged_at = self._clock()
            while not stop.is_set():
                self.turn(stop)
                if self._clock() - logged_at >= LOG_EVERY_S:
                    logged_at = self._clock()
                    log.info("sink: %s", dict(self.counters))
        finally:
            self._consumer.close()

    def turn(self, stop: Event) -> None:
        """One round of the loop."""
        read = self._consumer.read(READ_MESSAGES, READ_TIMEOUT_S)
        values = [value for source, messages in read for value in self._decode(source, messages)]
        if values and not self._written(values, stop):
            return
        self._consumer.commit({source: messages[-1].offset() + 1 for source, messages in read}, wait=True)

    def _decode(self, source: Source, messages: Sequence[Message]) -> list[Kept]:
        values: list[Kept] = []
        for message in messages:
            if source.topic == DEADLETTER and retried_origin(message.headers()):
                continue
            try:
                values.append(_decoded(source, message))
                self.counters[source.topic] += 1
            except Undecodable as error:
                self.counters["undecodable"] += 1
                log.error("left out %s@%s: %s", source, message.offset(), error)  # noqa: TRY400  its trace says nothing
        return values

    def _written(self, values: Sequence[Kept], stop: Event) -> bool:
        """Tries until the store has taken all, staying a member of the group; False where told to stop first."""
        while not stop.is_set():
            try:
                self._write(values)
            except Transient as error:
                self.counters["retries"] += 1
                log.warning("store: %s; trying again in %.0f s", error, RETRY_S)
                self._consumer.idle(RETRY_S)
            else:
                self._consumer.resume()
                return True
        return False


def _decoded(source: Source, message: Message) -> Kept:
    """Raises Undecodable."""
    value, headers = message.value(), message.headers()
    match source.topic:
        case topics.DEADLETTER:
            return decode_dead_letter(value, headers)
        case topics.CONTROL:
            return SaidCommand(decode_command(value, headers), source.cluster, source.partition, message.offset())
        case topics.DETECTORS:
            return DETECTOR_CODEC.decode(value, headers)
        case topics.INTAKE:
            return INTAKE_CODEC.decode(value, headers)
        case _:
            return _event(value, headers)


def _event(value: bytes | None, headers: Headers) -> Kept:
    event = decode_event(value, headers)
    if isinstance(event, Insight):
        raise Undecodable("event_type", "an insight is written by the agent itself")
    return event
