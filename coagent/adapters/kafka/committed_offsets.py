"""What a consumer group has committed, asked by a client that is no member of it.

By a consumer: the admin client's `list_consumer_group_offsets` ends the process where a broker that has just started is
still loading its groups (librdkafka 2.16); this one waits for it.
"""

from collections.abc import Mapping, Sequence

from confluent_kafka import Consumer, KafkaException, TopicPartition
from confluent_kafka.admin import TopicMetadata


def places_of(topics: Sequence[str], known: Mapping[str, TopicMetadata]) -> list[TopicPartition]:
    """All partitions of those topics that are there."""
    return [TopicPartition(topic, one) for topic in topics if topic in known for one in known[topic].partitions]


def committed(reader: Consumer, places: Sequence[TopicPartition], timeout_s: float) -> list[TopicPartition]:
    """With the next offset to read, negative where none was committed. Raises KafkaException."""
    if not places:
        return []
    found: list[TopicPartition] = reader.committed(list(places), timeout=timeout_s)
    for place in found:
        if place.error is not None:
            raise KafkaException(place.error)
    return found
