"""ports.LabelSayer: sends labels and reports to `coagent.labels.v1`."""

from collections.abc import Sequence

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.label_codec import encode_label
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.topics import cluster_metadata
from coagent.domain.errors import Fatal
from coagent.domain.label import Said
from coagent.domain.topics import LABELS


class LabelsTopic:
    """Each call returns when Kafka has taken all."""

    def __init__(self, connection: KafkaConnection, client_id: str) -> None:
        self._connection = connection
        self._producer = BatchProducer(connection, client_id)

    def say(self, said: Sequence[Said]) -> None:
        """Raises Transient, Fatal where the topic is missing."""
        if LABELS not in cluster_metadata(self._connection).topics:
            raise Fatal(f"no topic {LABELS} at {self._connection.bootstrap_servers}: start coagent's sink first")
        delivery = self._producer.send(map(encode_label, said))
        self._producer.flush()
        delivery.raise_refused()
