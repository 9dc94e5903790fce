"""Reading topics from the start, without a group."""

from collections.abc import Sequence

from confluent_kafka import Consumer, TopicPartition

from coagent.adapters.kafka.connection import KafkaConnection

PARTITIONS = 2


def reader(cluster: KafkaConnection, topics: Sequence[str]) -> Consumer:
    """A consumer of whole topics of PARTITIONS partitions; silent when the broker goes."""
    consumer = Consumer(cluster.config(group_id="reader", auto_offset_reset="earliest") | {"log_level": 0})
    consumer.assign([TopicPartition(topic, number, 0) for topic in topics for number in range(PARTITIONS)])
    return consumer
