"""What a consumer group has committed, asked by a client that is no member of it.

By a consumer: the admin client's `list_consumer_group_offsets` ends the process where a broker that has just started is
still loading its groups (librdkafka 2.16); this one waits for it.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import TopicMetadata

from coagent.adapters.kafka.connection import KafkaConnection


def places_of(topics: Sequence[str], known: Mapping[str, TopicMetadata]) -> list[TopicPartition]:
    """All partitions of those topics that are there."""
    return [TopicPartition(topic, one) for topic in topics if topic in known for one in known[topic].partitions]


@contextmanager
def group_reader(connection: KafkaConnection, group: str) -> Iterator[Consumer]:
    """Asks and commits, and joins nothing. Raises what `KafkaConnection.checked` raises."""
    with connection.checked():
        reader = Consumer(connection.config(group_id=group, enable_auto_commit=False) | {"log_level": 0})
    try:
        yield reader
    finally:
        reader.close()


def committed(reader: Consumer, places: Sequence[TopicPartition], timeout_s: float) -> list[TopicPartition]:
    """With the next offset to read, negative where none was committed. Raises KafkaException."""
    if not places:
        return []
    found: list[TopicPartition] = reader.committed(list(places), timeout=timeout_s)
    for place in found:
        if place.error is not None:
            raise KafkaException(place.error)
    return found
