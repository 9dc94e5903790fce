"""Broker and topics."""

import logging

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, ClusterMetadata

from coagent import bootstrap
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.topics import own_topics
from coagent.domain.errors import CoagentError
from coagent.entrypoints.doctor.check import Finding
from coagent.settings import Settings

PATIENCE_S = 6.0


class Heard(logging.Handler):
    """Keeps what the client logs instead of printing it."""

    def __init__(self) -> None:
        super().__init__()
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        self.last = record.getMessage().rsplit("]: ", 1)[-1]


def check_broker(settings: Settings) -> Finding:
    """The client says only "transport failure" where a password is wrong: the reason is in its log."""
    heard = Heard()
    try:
        connection = bootstrap.kafka_connection(settings)
        metadata = _metadata(_client(connection, heard))
    except CoagentError as problem:
        return Finding("broker", "problem", str(problem), "name a cluster, or run `coagent up`")
    except KafkaException as problem:
        why = heard.last or problem.args[0].str()
        return Finding("broker", "problem", why, _advice(why, connection.bootstrap_servers))
    return Finding("broker", "ok", f"{len(metadata.brokers)} broker(s), cluster {metadata.cluster_id}")


def check_topics(settings: Settings) -> Finding:
    """The topics that coagent makes, and those that it reads."""
    try:
        connection = bootstrap.kafka_connection(settings)
        known = _metadata(_client(connection, Heard())).topics
    except (CoagentError, KafkaException):
        return Finding("topics", "skipped", "no broker to ask")
    wanted = own_topics(settings.kafka.partitions, settings.kafka.replication_factor)
    missing = sorted(({spec.name for spec in wanted} | set(settings.ingest.topics)) - set(known))
    if missing:
        return Finding("topics", "problem", f"missing: {', '.join(missing)}", "run `coagent up`, or create them")
    other = [f"{s.name} has {n}" for s in wanted if s.fixed and (n := len(known[s.name].partitions)) != s.partitions]
    if other:
        found = f"{', '.join(other)}, COAGENT_KAFKA__PARTITIONS says {settings.kafka.partitions}"
        return Finding("topics", "problem", found, "set it to what the topics have")
    return Finding("topics", "ok", f"{len(wanted)} of coagent's own; reads {', '.join(settings.ingest.topics)}")


def _client(connection: KafkaConnection, heard: Heard) -> AdminClient:
    logger = logging.getLogger("coagent.doctor")
    logger.propagate = False
    logger.handlers = [heard]
    return AdminClient(connection.config(reconnect_backoff_ms=500) | {"logger": logger})


def _metadata(admin: AdminClient) -> ClusterMetadata:
    """Waits a little for the first answer, hearing the client's log meanwhile."""
    try:
        return admin.list_topics(timeout=PATIENCE_S)
    finally:
        admin.poll(0.1)


def _advice(why: str, servers: str) -> str:
    lower = why.lower()
    if "authentication" in lower or "sasl" in lower:
        return "check sasl.username in COAGENT_KAFKA__OPTIONS and sasl.password in COAGENT_KAFKA__SECRETS"
    if "ssl" in lower or "certificate" in lower:
        return "check security.protocol and ssl.ca.location in COAGENT_KAFKA__OPTIONS"
    return f"check that a broker listens on {servers} (COAGENT_KAFKA__BOOTSTRAP_SERVERS)"
