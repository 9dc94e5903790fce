"""Where a topic's partitions stand at a point in time."""

import logging
from collections.abc import Sequence
from datetime import datetime

from confluent_kafka import Consumer, KafkaException, TopicPartition

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.domain.errors import Transient

log = logging.getLogger(__name__)

TIMEOUT_S = 5.0


class OffsetsByTime:
    """Asks on a connection of its own: behind a fetch that waits for messages, each answer takes half a second."""

    def __init__(self, connection: KafkaConnection, topic: str) -> None:
        self._topic = topic
        with connection.checked():
            self._consumer = Consumer(connection.config(group_id=f"coagent-{topic}-offsets"), logger=log)

    def first_since(self, partitions: Sequence[int], at: datetime) -> dict[int, int]:
        """The offset of the first message of that time or later, or the end where there is none. The embedded broker
        keeps no times, and answers 0. Raises Transient.
        """
        places = [TopicPartition(self._topic, partition, int(at.timestamp() * 1000)) for partition in partitions]
        try:
            found = self._consumer.offsets_for_times(places, timeout=TIMEOUT_S)
        except KafkaException as error:
            raise Transient(f"the offsets of {self._topic} are not known: {error.args[0].str()}") from error
        return {one.partition: one.offset if _is_found(one) else self._held(one.partition).stop for one in found}

    def held(self, partitions: Sequence[int]) -> dict[int, range]:
        """The offsets of the messages that are still there; it stops where the next one will be. Raises Transient."""
        return {partition: self._held(partition) for partition in partitions}

    def close(self) -> None:
        self._consumer.close()

    def _held(self, partition: int) -> range:
        try:
            low, high = self._consumer.get_watermark_offsets(TopicPartition(self._topic, partition), timeout=TIMEOUT_S)
        except KafkaException as error:
            raise Transient(f"the offsets of {self._topic} are not known: {error.args[0].str()}") from error
        return range(low, high)


def _is_found(place: TopicPartition) -> bool:
    return place.error is None and place.offset >= 0
