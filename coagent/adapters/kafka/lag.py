"""How far a consumer group is behind, and how far topics have come."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from confluent_kafka import Consumer, KafkaException, TopicPartition

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.topics import cluster_metadata
from coagent.domain.errors import Transient

TIMEOUT_S = 5.0


def lag(connection: KafkaConnection, group: str, topics: Sequence[str]) -> int:
    """Messages of these topics that the group has not acknowledged yet; a topic that is not there has none.

    Raises Transient where Kafka does not answer.
    """
    with _asking(connection, group) as consumer:
        committed = consumer.committed(_places(connection, topics), timeout=TIMEOUT_S)
        return sum(_behind(consumer, place) for place in committed)


def end_offsets(connection: KafkaConnection, topics: Sequence[str]) -> dict[str, int]:
    """Of each topic that is there, messages ever written, over its partitions. Raises Transient."""
    ends = dict.fromkeys(topics, 0)
    with _asking(connection, "coagent-status") as consumer:
        for place in _places(connection, topics):
            ends[place.topic] += consumer.get_watermark_offsets(place, timeout=TIMEOUT_S)[1]
    return ends


def _behind(consumer: Consumer, place: TopicPartition) -> int:
    """A negative offset means that nothing was committed yet."""
    low, high = consumer.get_watermark_offsets(place, timeout=TIMEOUT_S)
    return max(0, int(high) - max(int(low), int(place.offset)))


def _places(connection: KafkaConnection, topics: Sequence[str]) -> list[TopicPartition]:
    known = cluster_metadata(connection, TIMEOUT_S).topics
    return [TopicPartition(topic, number) for topic in topics if topic in known for number in known[topic].partitions]


@contextmanager
def _asking(connection: KafkaConnection, group: str) -> Iterator[Consumer]:
    """It joins no group: it only asks what is committed."""
    with connection.checked():
        consumer = Consumer(connection.config(group_id=group, enable_auto_commit=False) | {"log_level": 0})
    try:
        yield consumer
    except KafkaException as error:
        raise Transient(f"no answer from Kafka at {connection.bootstrap_servers}: {error.args[0].str()}") from error
    finally:
        consumer.close()
