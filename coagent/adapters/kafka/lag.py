"""How far a consumer group has come, and how far it is behind."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager

from confluent_kafka import Consumer, TopicPartition

from coagent.adapters.kafka.committed_offsets import committed, places_of
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.outsider import TIMEOUT_S, answered, held, outsider
from coagent.adapters.kafka.topics import cluster_metadata


def lag(connection: KafkaConnection, group: str, topics: Sequence[str]) -> int:
    """Messages of these topics that the group has not acknowledged yet; a topic that is not there has none.

    Raises Transient where Kafka does not answer.
    """
    with _asking(connection, group) as consumer:
        return sum(_behind(consumer, place) for place in _committed(connection, consumer, topics))


def read_offsets(connection: KafkaConnection, group: str, topics: Sequence[str]) -> dict[str, int]:
    """How far the group has read each topic, in messages over its partitions: only differences mean something.

    Raises Transient.
    """
    reached = dict.fromkeys(topics, 0)
    with _asking(connection, group) as consumer:
        for place in _committed(connection, consumer, topics):
            reached[place.topic] += max(0, place.offset)
    return reached


def _behind(consumer: Consumer, place: TopicPartition) -> int:
    """A negative offset means that nothing was committed yet."""
    there = held(consumer, place)
    return max(0, there.stop - max(there.start, int(place.offset)))


def _committed(connection: KafkaConnection, consumer: Consumer, topics: Sequence[str]) -> list[TopicPartition]:
    return committed(consumer, places_of(topics, cluster_metadata(connection, TIMEOUT_S).topics), TIMEOUT_S)


@contextmanager
def _asking(connection: KafkaConnection, group: str) -> Iterator[Consumer]:
    problem = f"no answer from Kafka at {connection.bootstrap_servers}"
    with closing(outsider(connection, group)) as consumer, answered(problem):
        yield consumer
