"""What a version before left on its topic of requests, and in its worker's changelog.

Nobody is a member of the worker's group while this is read: the worker does it before it joins.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing

from confluent_kafka import Consumer, ConsumerGroupState, KafkaError, Message, TopicPartition
from confluent_kafka.admin import AdminClient

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.outsider import answered
from coagent.adapters.kafka.topics import cluster_metadata
from coagent.domain.errors import Transient
from coagent.domain.topics import EARLIER_REQUESTS

WORKER_GROUP = "coagent"
TAKEN_OVER_GROUP = "coagent-earlier-requests"
"""Keeps how far the topic was taken over: offsets of the worker's own group can only be committed by its members."""
CHANGELOG = "coagent-detect-changelog"
AWAY = "Kafka does not answer"
PATIENCE_S, READ_MESSAGES, READ_TIMEOUT_S = 10.0, 500, 1.0

AT_WORK = (
    ConsumerGroupState.STABLE, ConsumerGroupState.PREPARING_REBALANCING, ConsumerGroupState.COMPLETING_REBALANCING,
)  # fmt: skip

Unread = Mapping[int, range]
"""Offsets by partition, those without any left out."""


class EarlierRequests:
    """All of it raises Transient where Kafka does not answer."""

    def __init__(self, connection: KafkaConnection) -> None:
        self._connection = connection

    def exists(self) -> bool:
        """Whether there is such a topic: a version before was here."""
        return bool(self._places(EARLIER_REQUESTS))

    def unread(self) -> Unread:
        """What neither the worker nor `take_over` has read; nothing where there is no such topic."""
        places = self._places(EARLIER_REQUESTS)
        read = [self._committed(group, places) for group in (WORKER_GROUP, TAKEN_OVER_GROUP)]
        ends = self._bounds(places)
        found = {
            number: range(max(bounds.start, *(offsets[number] for offsets in read)), bounds.stop)
            for number, bounds in ends.items()
        }
        return {number: offsets for number, offsets in found.items() if offsets}

    def is_first_start(self) -> bool:
        """Whether a version before was at work here, and this one was not yet."""
        places = self._places(EARLIER_REQUESTS)
        if not any(self._committed(WORKER_GROUP, places).values()):
            return False
        return not any(self._committed(TAKEN_OVER_GROUP, places).values())

    def has_workers(self) -> bool:
        """Whether any member is in the worker's group: it reads that topic, or keeps the states."""
        admin = AdminClient(self._connection.config())
        with answered(AWAY):
            found = admin.describe_consumer_groups([WORKER_GROUP], request_timeout=PATIENCE_S)
            return found[WORKER_GROUP].result().state in AT_WORK

    def messages(self, unread: Unread) -> Iterator[Message]:
        """In the order of each partition."""
        yield from self._read(EARLIER_REQUESTS, unread)

    def states(self) -> dict[tuple[int, bytes], bytes]:
        """The newest changelog record by partition and key."""
        bounds = self._bounds(self._places(CHANGELOG))
        found = ((message.partition(), message.key(), message.value()) for message in self._read(CHANGELOG, bounds))
        return {(partition, key): value for partition, key, value in found if key is not None and value is not None}

    def mark_read(self) -> None:
        """To the topic's present ends, which is kept even where they are empty."""
        bounds = self._bounds(self._places(EARLIER_REQUESTS))
        with closing(self._consumer(TAKEN_OVER_GROUP)) as consumer, answered(AWAY):
            consumer.commit(
                offsets=[TopicPartition(EARLIER_REQUESTS, number, one.stop) for number, one in bounds.items()],
                asynchronous=False,
            )

    def _places(self, topic: str) -> list[TopicPartition]:
        known = cluster_metadata(self._connection).topics.get(topic)
        return [TopicPartition(topic, number) for number in sorted(known.partitions)] if known else []

    def _committed(self, group: str, places: list[TopicPartition]) -> dict[int, int]:
        """0 where nothing was."""
        if not places:
            return {}
        with closing(self._consumer(group)) as consumer, answered(AWAY):
            return {one.partition: max(one.offset, 0) for one in consumer.committed(places, timeout=PATIENCE_S)}

    def _bounds(self, places: list[TopicPartition]) -> dict[int, range]:
        with closing(self._consumer(TAKEN_OVER_GROUP)) as consumer, answered(AWAY):
            return {one.partition: range(*consumer.get_watermark_offsets(one, timeout=PATIENCE_S)) for one in places}

    def _read(self, topic: str, unread: Unread) -> Iterator[Message]:
        left = {number: offsets.stop for number, offsets in unread.items() if offsets}
        with closing(self._consumer(TAKEN_OVER_GROUP)) as consumer, answered(AWAY):
            consumer.assign([TopicPartition(topic, number, unread[number].start) for number in left])
            while left:
                for message in consumer.consume(READ_MESSAGES, READ_TIMEOUT_S):
                    number, error = message.partition(), message.error()
                    if error is None and number in left and message.offset() < unread[number].stop:
                        yield message
                    elif error is not None and error.code() != KafkaError._PARTITION_EOF:  # noqa: SLF001  librdkafka's name
                        raise Transient(f"{topic}: {error.str()}")
                for place in consumer.position([TopicPartition(topic, number) for number in left]):
                    if place.offset >= left[place.partition]:
                        del left[place.partition]

    def _consumer(self, group: str) -> Consumer:
        config = self._connection.config(group_id=group, enable_auto_commit=False, auto_offset_reset="earliest")
        with self._connection.checked():
            return Consumer(config)
