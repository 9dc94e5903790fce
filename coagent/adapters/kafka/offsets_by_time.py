"""Where a topic's partitions stand at a point in time."""

from collections.abc import Sequence
from datetime import datetime

from confluent_kafka import TopicPartition

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.outsider import TIMEOUT_S, answered, held, outsider


class OffsetsByTime:
    """Asks on a connection of its own: behind a fetch that waits for messages, each answer takes half a second. All of
    it raises Transient.
    """

    def __init__(self, connection: KafkaConnection, topic: str) -> None:
        self._topic, self._problem = topic, f"the offsets of {topic} are not known"
        self._consumer = outsider(connection, f"coagent-{topic}-offsets")

    def first_since(self, partitions: Sequence[int], at: datetime) -> dict[int, int]:
        """The offset of the first message of that time or later, or the end where there is none. The embedded broker
        keeps no times, and answers 0.
        """
        places = [TopicPartition(self._topic, partition, int(at.timestamp() * 1000)) for partition in partitions]
        with answered(self._problem):
            found = self._consumer.offsets_for_times(places, timeout=TIMEOUT_S)
            return {one.partition: one.offset if _is_found(one) else self._held(one.partition).stop for one in found}

    def held(self, partitions: Sequence[int]) -> dict[int, range]:
        """The offsets of the messages that are still there; it stops where the next one will be."""
        with answered(self._problem):
            return {partition: self._held(partition) for partition in partitions}

    def close(self) -> None:
        self._consumer.close()

    def _held(self, partition: int) -> range:
        return held(self._consumer, TopicPartition(self._topic, partition))


def _is_found(place: TopicPartition) -> bool:
    return place.error is None and place.offset >= 0
