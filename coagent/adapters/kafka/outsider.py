"""A client that belongs to no group: it asks how far groups have come and what topics hold."""

from collections.abc import Iterator
from contextlib import contextmanager

from confluent_kafka import Consumer, KafkaException, TopicPartition

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.domain.errors import Transient

TIMEOUT_S = 5.0


def outsider(connection: KafkaConnection, group: str) -> Consumer:
    """Asks for `group` and never joins it. Silent: whoever asks reports what fails. Raises Fatal where options are
    wrong.
    """
    with connection.checked():
        return Consumer(connection.config(group_id=group, enable_auto_commit=False) | {"log_level": 0})


def held(consumer: Consumer, place: TopicPartition) -> range:
    """The offsets of the messages that are still there; it stops where the next one will be."""
    low, high = consumer.get_watermark_offsets(place, timeout=TIMEOUT_S)
    return range(low, high)


@contextmanager
def answered(problem: str) -> Iterator[None]:
    """Around questions: what Kafka does not answer becomes Transient, `problem` before its own words."""
    try:
        yield
    except KafkaException as error:
        raise Transient(f"{problem}: {error.args[0].str()}") from error
