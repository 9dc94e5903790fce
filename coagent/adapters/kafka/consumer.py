"""Reads many messages at once, grouped by partition, and commits by hand."""

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, TopicPartition

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.topics import cluster_id
from coagent.domain.batch import Source
from coagent.domain.errors import Fatal, Transient

log = logging.getLogger(__name__)

READ_AHEAD: Mapping[str, int] = {"queued_max_messages_kbytes": 32_768, "fetch_queue_backoff_ms": 10}
"""Fetched and waiting at most; and how soon to look again once that is reached. By default a second, long after all of
it was read: half of the time a reader had nothing to do.
"""


class ReplacedCluster(Transient):
    """The broker came back without its log: positions and offsets in memory mean nothing any more."""


class PartitionedConsumer:
    """A member of a consumer group.

    `on_revoke` is called, while offsets may still be committed, before partitions go to another member;
    `on_lost` where they are already gone.
    """

    def __init__(
        self,
        connection: KafkaConnection,
        *,
        group: str,
        topics: Sequence[str],
        session_timeout_ms: int,
        on_revoke: Callable[[], None] = lambda: None,
        on_lost: Callable[[], None] = lambda: None,
    ) -> None:
        self.cluster = cluster_id(connection)
        self._connection = connection
        self._on_revoke = on_revoke
        self._on_lost = on_lost
        self._doubt = False
        self._held: list[Message] = []
        config = _config(connection, group, session_timeout_ms) | {"error_cb": self.note_error}
        with connection.checked():
            self._consumer = Consumer(config, logger=log)
        self._consumer.subscribe(list(topics), on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._lost)

    def read(self, limit: int, timeout_s: float) -> list[tuple[Source, list[Message]]]:
        """Messages of one partition together, ascending by offset. Raises Transient, ReplacedCluster."""
        messages = self._held + self._consumer.consume(limit, timeout_s)
        self._held = []
        if self._doubt:
            self.check_cluster()
        return [
            (Source(self.cluster, topic, partition), good)
            for (topic, partition), run in groupby(messages, _place)
            if (good := [message for message in run if message.error() is None or _note(message.error())])
        ]

    def commit(self, offsets: Mapping[Source, int], *, wait: bool) -> None:
        """Next offsets to read after a restart. Raises Transient where `wait` is set and it fails."""
        if not offsets:
            return
        wanted = [TopicPartition(source.topic, source.partition, offset) for source, offset in offsets.items()]
        try:
            self._consumer.commit(offsets=wanted, asynchronous=not wait)
        except KafkaException as error:
            raise Transient(f"offsets could not be committed: {error.args[0].str()}") from error

    def idle(self, timeout_s: float) -> None:
        """Stays a member of the group without reading on; `resume` ends it."""
        self._consumer.pause(self._consumer.assignment())
        message = self._consumer.poll(timeout_s)
        if message is not None:  # of a partition that was assigned a moment ago
            self._held.append(message)

    def resume(self) -> None:
        """Reads on after `idle`."""
        self._consumer.resume(self._consumer.assignment())

    def check_cluster(self) -> None:
        """Raises ReplacedCluster where the cluster is another than at the start."""
        now = cluster_id(self._connection)
        self._doubt = False
        if now != self.cluster:
            raise ReplacedCluster(f"cluster {self.cluster} was replaced by {now}")

    def note_error(self, error: KafkaError) -> None:
        """Connection errors come here; librdkafka retries by itself, we only have to doubt whom we talk to."""
        self._doubt = True
        _note(error)

    def close(self) -> None:
        """Leaves the group, so that others take over at once."""
        self._consumer.close()

    def _assigned(self, _consumer: Any, partitions: Sequence[TopicPartition]) -> None:
        log.info("assigned %s", _reported(partitions))

    def _revoked(self, _consumer: Any, partitions: Sequence[TopicPartition]) -> None:
        log.info("revoked %s", _reported(partitions))
        self._on_revoke()

    def _lost(self, _consumer: Any, partitions: Sequence[TopicPartition]) -> None:
        log.warning("lost %s", _reported(partitions))
        self._on_lost()


def _config(connection: KafkaConnection, group: str, session_timeout_ms: int) -> dict[str, Any]:
    config: dict[str, Any] = connection.config(
        group_id=group,
        client_id=group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        session_timeout_ms=session_timeout_ms,
        heartbeat_interval_ms=max(300, session_timeout_ms // 4),
        topic_metadata_refresh_interval_ms=10_000,  # a topic that comes later is found within 10 s
        **READ_AHEAD,
    )
    if config.get("group.protocol") == "consumer":  # KIP-848: the broker sets these
        config.pop("session.timeout.ms")
        config.pop("heartbeat.interval.ms")
    return config


def _place(message: Message) -> tuple[str, int]:
    return message.topic(), message.partition()


def _note(error: KafkaError) -> bool:
    """Logs an error; False, so that what came in place of a message is left out. Raises Fatal, Transient."""
    if error.code() == KafkaError.INVALID_SESSION_TIMEOUT:
        raise Fatal(
            "the brokers refuse COAGENT_KAFKA__SESSION_TIMEOUT_MS: set it between their group.min.session.timeout.ms "
            "(6000 by default) and group.max.session.timeout.ms"
        )
    if error.fatal():
        raise Transient(f"the Kafka client gave up: {error.str()}")
    log.warning("kafka: %s", error.str())
    return False


def _reported(partitions: Iterable[TopicPartition]) -> str:
    return ", ".join(f"{place.topic}[{place.partition}]" for place in partitions) or "nothing"
