"""Broker and topics."""

from coagent.adapters.kafka.topics import cluster_metadata, own_topics
from coagent.bootstrap.kafka import kafka_connection
from coagent.domain.errors import CoagentError, Transient
from coagent.entrypoints.doctor.check import Finding
from coagent.settings import Settings

PATIENCE_S = 6.0


def check_broker(settings: Settings) -> Finding:
    """Whether the cluster answers, and the client's own reason where it does not."""
    try:
        metadata = cluster_metadata(kafka_connection(settings), PATIENCE_S)
    except Transient as away:
        return Finding("broker", "problem", str(away), _advice(str(away), settings.kafka.bootstrap_servers or ""))
    except CoagentError as problem:
        return Finding("broker", "problem", str(problem), "name a cluster as it says, or run `coagent up`")
    return Finding("broker", "ok", f"{_brokers(len(metadata.brokers))}, cluster {metadata.cluster_id}")


def check_topics(settings: Settings) -> Finding:
    """The topics that coagent makes, and those that it reads."""
    try:
        known = cluster_metadata(kafka_connection(settings), PATIENCE_S).topics
    except CoagentError:
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


def _advice(why: str, servers: str) -> str:
    lower = why.lower()
    if "authentication" in lower or "sasl" in lower:
        return "check sasl.username in COAGENT_KAFKA__OPTIONS and sasl.password in COAGENT_KAFKA__SECRETS"
    if "ssl" in lower or "certificate" in lower:
        return "check security.protocol and ssl.ca.location in COAGENT_KAFKA__OPTIONS"
    return f"check that a broker listens on {servers} (COAGENT_KAFKA__BOOTSTRAP_SERVERS)"


def _brokers(count: int) -> str:
    return f"{count} broker{'' if count == 1 else 's'}"
