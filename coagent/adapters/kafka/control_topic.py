"""Sends commands to `coagent.control.v1`."""

from coagent.adapters.kafka.command_codec import encode_command
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.topics import cluster_metadata
from coagent.domain.command import Command, Rate
from coagent.domain.errors import Fatal
from coagent.domain.topics import CONTROL


class ControlTopic:
    """Each call returns when Kafka has taken the command."""

    def __init__(self, connection: KafkaConnection, client_id: str) -> None:
        self._connection = connection
        self._producer = BatchProducer(connection, client_id)

    def say(self, command: Command) -> None:
        """To the segment's partition, a rate to all of them. Raises Transient, Fatal where the topic is missing."""
        topic = cluster_metadata(self._connection).topics.get(CONTROL)
        if topic is None:
            raise Fatal(f"no topic {CONTROL} at {self._connection.bootstrap_servers}: start coagent's worker first")
        record = encode_command(command)
        everywhere = sorted(topic.partitions) if isinstance(command, Rate) else [None]
        delivery = self._producer.send(
            Record(record.topic, record.key, record.value, record.headers, partition) for partition in everywhere
        )
        self._producer.flush()
        delivery.raise_refused()
