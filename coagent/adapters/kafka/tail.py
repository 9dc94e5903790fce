"""Reads topics from a point on, without a group and without committing: for people who look."""

from collections.abc import Iterator, Sequence
from itertools import chain

from confluent_kafka import OFFSET_BEGINNING, OFFSET_END, Consumer, Message, TopicPartition

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.topics import cluster_metadata
from coagent.domain.errors import Fatal


class Tail:
    """All partitions of some topics, from their beginning or from now on."""

    def __init__(self, connection: KafkaConnection, topics: Sequence[str], *, from_beginning: bool) -> None:
        known = cluster_metadata(connection).topics
        missing = [topic for topic in topics if topic not in known]
        if missing:
            raise Fatal(f"no topic {', '.join(missing)}; there are: {', '.join(sorted(known)) or 'none'}")
        start = OFFSET_BEGINNING if from_beginning else OFFSET_END
        with connection.checked():
            self._consumer = Consumer(connection.config(group_id="coagent-tail", enable_auto_commit=False))
        self._consumer.assign(
            list(chain.from_iterable((TopicPartition(t, p, start) for p in known[t].partitions) for t in topics))
        )

    def read(self, timeout_s: float) -> list[Message]:
        """What has come within `timeout_s`, errors left out: the client reconnects by itself."""
        return [message for message in self._consumer.consume(500, timeout_s) if message.error() is None]

    def follow(self) -> Iterator[Message]:
        """Without end."""
        while True:
            yield from self.read(1.0)

    def close(self) -> None:
        self._consumer.close()
