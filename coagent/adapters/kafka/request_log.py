"""ports.RequestLog on Kafka: all partitions of the requests topic, without a group and without committing."""

import logging
from collections.abc import Mapping
from datetime import datetime

from confluent_kafka import Consumer, KafkaError, Message, TopicPartition

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.consumer import READ_AHEAD
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.offsets_by_time import OffsetsByTime
from coagent.adapters.kafka.record import Undecodable
from coagent.adapters.kafka.topics import cluster_metadata
from coagent.domain.batch import Batch
from coagent.domain.errors import Transient
from coagent.domain.topics import REQUESTS

log = logging.getLogger(__name__)

MESSAGES = 100
"""At once: with a full batch of 2,048 rows each, 30 MB."""
TIMEOUT_S = 0.5


class RequestLog:
    def __init__(self, connection: KafkaConnection, messages: int = MESSAGES) -> None:
        """`messages`: read at once, at most."""
        self._connection = connection
        self._messages = messages
        self._consumer: Consumer | None = None
        self._offsets: OffsetsByTime | None = None
        self._cluster = ""
        self._next: dict[str, int] = {}
        self._starts: dict[int, int] = {}

    def begin(self, positions: Mapping[str, int], since: datetime) -> None:
        """Does nothing where it stands there already, in the same cluster."""
        metadata = cluster_metadata(self._connection)
        cluster = metadata.cluster_id or ""
        stands = self._consumer is not None and cluster == self._cluster
        ours = {key: offset for key, offset in positions.items() if key.startswith(f"{cluster}/")}
        if stands and self._next == ours:
            return
        self.close()
        known = metadata.topics.get(REQUESTS)
        partitions = sorted(known.partitions) if known else []
        self._offsets = OffsetsByTime(self._connection, REQUESTS)
        found = self._offsets.first_since(partitions, since)
        self._cluster, self._next = cluster, dict(ours)
        self._starts = {partition: self._next.get(self._key(partition), found[partition]) for partition in partitions}
        with self._connection.checked():
            config = self._connection.config(
                group_id="coagent-verdict", enable_auto_commit=False, auto_offset_reset="earliest", **READ_AHEAD
            )
            self._consumer = Consumer(config, logger=log)
        self._consumer.assign([TopicPartition(REQUESTS, *start) for start in self._starts.items()])

    def read(self) -> list[tuple[str, int, Batch | None]]:
        if self._consumer is None:
            return []
        found = []
        for message in self._consumer.consume(self._messages, TIMEOUT_S):
            if message.error() is not None:
                _note(message.error())
                continue
            key, offset = self._key(message.partition()), message.offset()
            self._next[key] = offset + 1
            found.append((key, offset, _batch(message)))
        return found

    def has_read(self, until: datetime) -> bool:
        """Up to the first message of `until` in each partition; up to its end where the broker finds none."""
        if self._offsets is None:
            return False
        found, held = self._offsets.first_since(list(self._starts), until), self._offsets.held(list(self._starts))
        return all(
            max(self._next.get(self._key(partition), start), held[partition].start)
            >= (found[partition] or held[partition].stop)
            for partition, start in self._starts.items()
        )

    def close(self) -> None:
        for one in (self._consumer, self._offsets):
            if one is not None:
                one.close()
        self._consumer = self._offsets = None
        self._next, self._starts = {}, {}

    def _key(self, partition: int) -> str:
        return f"{self._cluster}/{partition}"


def _batch(message: Message) -> Batch | None:
    """None where it cannot be read: the worker makes a dead letter of it."""
    try:
        return BATCHES.decode(message.value(), message.headers())
    except Undecodable as error:
        log.warning("verdict: left out %s@%s: %s", message.partition(), message.offset(), error.reason)
        return None


def _note(error: KafkaError) -> None:
    if error.fatal():
        raise Transient(f"the Kafka client gave up: {error.str()}")
    log.warning("kafka: %s", error.str())
