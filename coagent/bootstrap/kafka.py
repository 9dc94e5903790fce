"""Connections to Kafka, and its topics."""

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.control_topic import ControlTopic
from coagent.adapters.kafka.dead_letters import DeadLetters
from coagent.adapters.kafka.topics import cluster_id, ensure_topics, own_topics, telemetry_topics
from coagent.bootstrap.unnamed import OR_UP
from coagent.domain.errors import Fatal
from coagent.settings import Settings

CHECK_WITHIN_S = 3.0
"""A person waits in front of it: a broker on the other side of the world answers in half a second."""


def kafka_connection(settings: Settings) -> KafkaConnection:
    """Raises Fatal where no cluster is named."""
    kafka = settings.kafka
    if kafka.bootstrap_servers is None:
        raise Fatal(f"no Kafka cluster is named: set COAGENT_KAFKA__BOOTSTRAP_SERVERS, {OR_UP}")
    secrets = {name: secret.get_secret_value() for name, secret in kafka.secrets.items()}
    return KafkaConnection(kafka.bootstrap_servers, kafka.options, secrets)


def kafka_cluster_id(settings: Settings) -> str:
    """The cluster's name for itself; raises Transient where it does not answer."""
    return cluster_id(kafka_connection(settings))


def check_kafka(settings: Settings) -> None:
    """Raises Transient where the cluster does not answer at once, Fatal where none is named."""
    cluster_id(kafka_connection(settings), CHECK_WITHIN_S)


def prepare_topics(settings: Settings) -> dict[str, int]:
    """Creates what is missing of coagent's topics and the telemetry topics; partitions by topic."""
    kafka = settings.kafka
    own = own_topics(kafka.partitions, kafka.replication_factor)
    telemetry = telemetry_topics(settings.ingest.topics, kafka.partitions, kafka.replication_factor)
    return ensure_topics(kafka_connection(settings), [*own, *telemetry])


def control_topic(settings: Settings) -> ControlTopic:
    """Where commands are said; raises Fatal where no cluster is named."""
    return ControlTopic(kafka_connection(settings), "coagent-control")


def dead_letters(settings: Settings) -> DeadLetters:
    """The dead-letter topic; raises Fatal where no cluster is named."""
    return DeadLetters(kafka_connection(settings))
