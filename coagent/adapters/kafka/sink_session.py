"""What the topics of TOPICS say to a store: read, write, then commit. What cannot be taken becomes a dead letter."""

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from threading import Event
from typing import Any, NamedTuple

from confluent_kafka import Message

from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.command_codec import decode_command
from coagent.adapters.kafka.consumer import PartitionedConsumer
from coagent.adapters.kafka.dead_letter_codec import decode_dead_letter, retried_origin
from coagent.adapters.kafka.internal_codec import DETECTORS as DETECTOR_CODEC
from coagent.adapters.kafka.internal_codec import INTAKE as INTAKE_CODEC
from coagent.adapters.kafka.internal_codec import REVIEW_POOLS, InternalCodec
from coagent.adapters.kafka.label_codec import decode_label
from coagent.adapters.kafka.ranges import checked
from coagent.adapters.kafka.record import Headers, Undecodable
from coagent.adapters.pulse import Pulse
from coagent.domain import topics
from coagent.domain.batch import Source
from coagent.domain.command import SaidCommand
from coagent.domain.detector import Detectors
from coagent.domain.errors import CoagentError, Transient, Unacceptable
from coagent.domain.heartbeat import Heartbeat
from coagent.domain.insight import Insight
from coagent.domain.intake import Intake
from coagent.domain.label import SaidOfRequest
from coagent.domain.probe import ProbeOutcome
from coagent.domain.rejected import DeadLetter
from coagent.domain.review import ReviewPool
from coagent.domain.rollup import Rollup
from coagent.domain.routing_policy import RoutingPolicy
from coagent.domain.shift import Dismissed, Shift
from coagent.domain.topics import CONTROL, DEADLETTER, DETECTORS, INTAKE, LABELS, REVIEW, ROLLUPS, SHIFTS

log = logging.getLogger(__name__)

TOPICS = (ROLLUPS, SHIFTS, DETECTORS, CONTROL, DEADLETTER, INTAKE, REVIEW, LABELS)
CODECS: dict[str, InternalCodec[Detectors] | InternalCodec[Intake] | InternalCodec[ReviewPool]] = {
    DETECTORS: DETECTOR_CODEC,
    INTAKE: INTAKE_CODEC,
    REVIEW: REVIEW_POOLS,
}
READ_MESSAGES = 2_000
READ_TIMEOUT_S = 0.2
RETRY_S = 1.0
LOG_EVERY_S = 60.0
LONGEST_DETAIL = 500

Kept = Rollup | Shift | Dismissed | Detectors | SaidCommand | DeadLetter | Intake | ReviewPool | SaidOfRequest
Bury = Callable[[Sequence[DeadLetter]], None]
"""Returns when Kafka has taken them; raises Transient."""


class _Read(NamedTuple):
    """A value and the message that said it."""

    value: Kept
    source: Source
    message: Message


class SinkSession:
    """Writes to the store what the topics say; one call of `write` is one transaction. It raises Transient where the
    store is away, and anything else where it never takes the values: then the bad ones are found by halves.
    """

    def __init__(
        self,
        open_consumer: Callable[[], PartitionedConsumer],
        write: Callable[[Sequence[Any]], None],
        bury: Bury,
        clock: Callable[[], float],
        pulse: Pulse | None = None,
    ) -> None:
        self._pulse = pulse or Pulse()
        self.counters: Counter[str] = Counter()
        self._consumer = open_consumer()
        self._write = write
        self._bury = bury
        self._clock = clock
        self._letters: list[DeadLetter] = []

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
        self._letters = []
        values = [value for source, messages in read for value in self._decode(source, messages)]
        if values and not self._written(values, stop):
            return
        if self._letters:
            self._bury(self._letters)
        self._consumer.commit({source: messages[-1].offset() + 1 for source, messages in read}, wait=True)
        self._pulse.got_on()

    def _decode(self, source: Source, messages: Sequence[Message]) -> list[_Read]:
        values: list[_Read] = []
        for message in messages:
            try:
                if source.topic == DEADLETTER and retried_origin(message.headers()):
                    continue
                values.append(_Read(_decoded(source, message, self._clock()), source, message))
                self.counters[source.topic] += 1
            except Undecodable as error:
                self.counters["undecodable"] += 1
                self._refuse(source, message, error.reason, error.detail)
        return values

    def _refuse(self, source: Source, message: Message, reason: str, detail: str) -> None:
        log.error("dead letter of %s@%s: %s: %s", source, message.offset(), reason, detail[:LONGEST_DETAIL])
        letter = DeadLetter(
            cluster=source.cluster,
            topic=source.topic,
            partition=source.partition,
            offset=message.offset(),
            index=0,
            reason=reason,
            detail=detail[:LONGEST_DETAIL],
            payload=message.value() or b"",
        )
        self._letters.append(letter)

    def _written(self, values: Sequence[_Read], stop: Event) -> bool:
        """Tries until the store has taken all that it ever takes, staying a member of the group; False where a
        stop came first.
        """
        while not stop.is_set():
            try:
                self._write([one.value for one in values])
            except Transient as error:
                self.counters["retries"] += 1
                self._pulse.beat()
                log.warning("store: %s; trying again in %.0f s", error, RETRY_S)
                self._consumer.idle(RETRY_S)
            except Exception as error:
                if isinstance(error, CoagentError) and not isinstance(error, Unacceptable):
                    raise
                return self._apart(values, error, stop)
            else:
                self._consumer.resume()
                return True
        return False

    def _apart(self, values: Sequence[_Read], error: Exception, stop: Event) -> bool:
        """By halves, until the one is found that the store does not take."""
        if len(values) == 1:
            [(_, source, message)] = values
            self.counters["unacceptable"] += 1
            self._refuse(source, message, "unacceptable", f"{type(error).__name__}: {error}".split("\n")[0])
            return True
        middle = len(values) // 2
        return self._written(values[:middle], stop) and self._written(values[middle:], stop)


def _decoded(source: Source, message: Message, now_s: float) -> Kept:
    """Raises Undecodable."""
    value, headers = message.value(), message.headers()
    match source.topic:
        case topics.DEADLETTER:
            return decode_dead_letter(value, headers)
        case topics.CONTROL:
            said = SaidCommand(decode_command(value, headers), source.cluster, source.partition, message.offset())
            checked(said)
            return said
        case topics.DETECTORS | topics.INTAKE | topics.REVIEW:
            return CODECS[source.topic].decode(value, headers)
        case topics.LABELS:
            said_of = decode_label(value, headers, datetime.fromtimestamp(now_s, UTC))
            return SaidOfRequest(said_of, source.cluster, source.partition, message.offset())
        case _:
            return _event(value, headers)


def _event(value: bytes | None, headers: Headers) -> Kept:
    event = decode_event(value, headers)
    if isinstance(event, Insight | RoutingPolicy | Heartbeat | ProbeOutcome):
        raise Undecodable("event_type", "the sink keeps no insights, policies, heartbeats or outcomes of probes")
    return event
