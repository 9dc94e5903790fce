"""The dead-letter topic from its beginning to its present end, and what was done about its letters."""

import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import islice

import msgspec
from confluent_kafka import OFFSET_BEGINNING, TIMESTAMP_NOT_AVAILABLE, Consumer, KafkaError, Message, TopicPartition

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.dead_letter_codec import (
    decode_dead_letter,
    encode_dead_letter,
    encode_retried,
    retried_origin,
)
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record, Undecodable
from coagent.adapters.kafka.topics import cluster_metadata
from coagent.domain.errors import Transient
from coagent.domain.rejected import DeadLetter, Origin
from coagent.domain.topics import DEADLETTER

READ_MESSAGES = 500
SEND_MESSAGES = 100
READ_TIMEOUT_S = 0.1
SILENCE_S = 10.0


class KeptLetter(msgspec.Struct, frozen=True):
    """A dead letter, when it came to its topic (None: Kafka does not say), and whether its bytes were sent again."""

    letter: DeadLetter
    recorded_at: datetime | None
    retried: bool


class DeadLetters:
    """Each call reads the whole topic and keeps nothing of it but origins: memory is bounded by their number."""

    def __init__(self, connection: KafkaConnection) -> None:
        self._connection = connection

    def read(self) -> Iterator[KeptLetter]:
        """In the order of each partition; a letter that was written twice (a crash does that) comes once.

        Raises Transient where Kafka does not answer.
        """
        partitions = self._partitions()
        with self._consumer() as consumer:
            messages = _from_beginning(consumer, partitions)
            retried = {origin for message in messages if (origin := _retried(message))}
            seen: set[tuple[Origin, int, str]] = set()
            for message in _from_beginning(consumer, partitions):
                letter = _letter(message)
                if letter is None or (letter.origin, letter.index, letter.reason) in seen:
                    continue
                seen.add((letter.origin, letter.index, letter.reason))
                yield KeptLetter(letter, _time(message), letter.origin in retried)

    def send_again(self, letters: Iterable[DeadLetter]) -> int:
        """Sends original bytes to their topics and marks them as sent; how many. Raises Transient.

        The marks go out when Kafka has taken the messages: whoever is killed in between sends twice.
        """
        producer, waiting, sent = BatchProducer(self._connection, "coagent-deadletter"), iter(letters), 0
        while some := list(islice(waiting, SEND_MESSAGES)):
            _deliver(producer, [Record(letter.topic, None, letter.payload) for letter in some])
            _deliver(producer, [encode_retried(letter.origin) for letter in some])
            sent += len(some)
        return sent

    def _partitions(self) -> frozenset[int]:
        topic = cluster_metadata(self._connection).topics.get(DEADLETTER)
        return frozenset(topic.partitions if topic else ())

    @contextmanager
    def _consumer(self) -> Iterator[Consumer]:
        config = self._connection.config(
            group_id="coagent-deadletter",
            enable_auto_commit=False,
            enable_partition_eof=True,
            fetch_wait_max_ms=50,  # an end is reported after this wait
        )
        with self._connection.checked():
            consumer = Consumer(config)
        try:
            yield consumer
        finally:
            consumer.close()


def send_dead_letters(producer: BatchProducer, letters: Sequence[DeadLetter]) -> None:
    """Returns when Kafka has taken them; raises Transient."""
    _deliver(producer, [encode_dead_letter(letter) for letter in letters])


def _deliver(producer: BatchProducer, records: Sequence[Record]) -> None:
    delivery = producer.send(records)
    producer.flush()
    delivery.raise_refused()


def _from_beginning(consumer: Consumer, partitions: frozenset[int]) -> Iterator[Message]:
    """All of these partitions until the end of each. Raises Transient where they fall silent before.

    The client reports an end where it has read it: the watermarks of the embedded broker are too low.
    """
    consumer.assign([TopicPartition(DEADLETTER, partition, OFFSET_BEGINNING) for partition in partitions])
    unread, deadline = set(partitions), time.monotonic() + SILENCE_S
    while unread:
        for message in consumer.consume(READ_MESSAGES, READ_TIMEOUT_S):
            deadline = time.monotonic() + SILENCE_S
            if message.error() is None:
                yield message
            elif message.error().code() == KafkaError._PARTITION_EOF:  # noqa: SLF001  librdkafka's name for it
                unread.discard(message.partition())
        if unread and time.monotonic() > deadline:
            raise Transient(f"{DEADLETTER} falls silent before its end: is Kafka well? Try again")


def _retried(message: Message) -> Origin | None:
    try:
        return retried_origin(message.headers())
    except Undecodable:
        return None


def _letter(message: Message) -> DeadLetter | None:
    try:
        return decode_dead_letter(message.value(), message.headers())
    except Undecodable:
        return None


def _time(message: Message) -> datetime | None:
    kind, milliseconds = message.timestamp()
    return None if kind == TIMESTAMP_NOT_AVAILABLE else datetime.fromtimestamp(milliseconds / 1000, UTC)
