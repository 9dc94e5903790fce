"""coagent's topics: what they look like and how they come to be."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ClusterMetadata, NewTopic

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.domain import topics
from coagent.domain.errors import Fatal, Transient

log = logging.getLogger(__name__)

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
MAX_MESSAGE_BYTES = 8 * 1024 * 1024
"""A candidate carries samples of every signal: more than Kafka's default of 1 MiB may be needed."""

RETENTION_MS = {
    topics.REQUESTS: DAY_MS,  # a day to come back after a breakdown; telemetry itself stays on its own topic
    topics.CANDIDATES: 7 * DAY_MS,
    topics.SHIFTS: 90 * DAY_MS,
    topics.ROLLUPS: 30 * DAY_MS,
    topics.INSIGHTS: 90 * DAY_MS,
    topics.DEADLETTER: 14 * DAY_MS,
    topics.CONTROL: 7 * DAY_MS,
    topics.DETECTORS: 7 * DAY_MS,
    topics.INTAKE: 7 * DAY_MS,
    topics.EVIDENCE: DAY_MS,
    topics.GROUPS: DAY_MS,
    topics.HEARTBEATS: 6 * HOUR_MS,
    topics.REVIEW: 30 * DAY_MS,
    topics.LABELS: 90 * DAY_MS,
    topics.PROBES: 90 * DAY_MS,
    topics.POLICY: -1,  # the newest is the truth for as long as it stands
}
COMPACTED = (topics.DETECTORS, topics.INTAKE)
"""Only the latest message of a key counts; Kafka may drop the others."""
COPARTITIONED = (topics.REQUESTS, topics.CONTROL, topics.GROUPS)
FIXED_PARTITIONS = (*COPARTITIONED, topics.CANDIDATES, topics.EVIDENCE)
"""State hangs on these topics' partitions: their number may not differ from the setting."""


@dataclass(frozen=True)
class TopicSpec:
    """A topic to create where it is missing. `fixed`: an existing one must have just as many partitions."""

    name: str
    partitions: int
    replication_factor: int
    config: dict[str, str] = field(default_factory=dict)
    fixed: bool = False


def own_topics(partitions: int, replication_factor: int) -> list[TopicSpec]:
    """All of coagent's topics; requests and control have the same partitions, so that a command meets its state."""
    return [
        TopicSpec(
            name,
            partitions,
            replication_factor,
            _config(name),
            fixed=name in FIXED_PARTITIONS,
        )
        for name in topics.ALL
    ]


def _config(name: str) -> dict[str, str]:
    config = {"retention.ms": str(RETENTION_MS[name]), "max.message.bytes": str(MAX_MESSAGE_BYTES)}
    if name == topics.POLICY:
        return {**config, "cleanup.policy": "compact"}
    if name == topics.HEARTBEATS:
        return {**config, "segment.ms": str(HOUR_MS)}  # a segment is dropped whole, and by default only after a week
    return {**config, "cleanup.policy": "compact,delete"} if name in COMPACTED else config


def telemetry_topics(names: Sequence[str], partitions: int, replication_factor: int) -> list[TopicSpec]:
    """The topics that ingest reads, with the cluster's own defaults; existing ones stay as they are."""
    return [TopicSpec(name, partitions, replication_factor) for name in names]


def cluster_metadata(connection: KafkaConnection, timeout_s: float = 5.0) -> ClusterMetadata:
    """Topics and brokers as the cluster gives them; raises Transient with the client's reason where it does not."""
    reasons = _Reasons()
    with connection.checked():
        admin = AdminClient(connection.config(), logger=reasons)
    try:
        return admin.list_topics(timeout=timeout_s)
    except KafkaException as error:
        admin.poll(0.1)  # the client's log is heard here
        raise Transient(
            f"no answer from Kafka at {connection.bootstrap_servers}: {reasons.last or error.args[0].str()}"
        ) from error


class _Reasons:
    """The client's log: a refused password, say, appears nowhere else."""

    last = ""

    def log(self, _level: int, text: str, *args: object) -> None:
        self.last = text % args if args else text


def cluster_id(connection: KafkaConnection, timeout_s: float = 5.0) -> str:
    """The cluster's name for itself; a broker that was lost with its log comes back under another."""
    return cluster_metadata(connection, timeout_s).cluster_id or ""


def ensure_topics(connection: KafkaConnection, specs: Sequence[TopicSpec], timeout_s: float = 30.0) -> dict[str, int]:
    """Creates what is missing and returns every topic's partitions; may be repeated, also by several processes.

    Raises Transient where the cluster does not answer, Fatal where a topic cannot be as it has to be.
    """
    with connection.checked():
        admin = AdminClient(connection.config(), logger=log)  # must stay referenced until its futures are done
    found = _partitions(connection)
    missing = [spec for spec in specs if spec.name not in found]
    if missing:
        for name, future in admin.create_topics([_new(spec) for spec in missing], request_timeout=timeout_s).items():
            _settle(name, future.exception())
        found = {**{spec.name: spec.partitions for spec in missing}, **_partitions(connection)}
    for spec in specs:
        _check(spec, found[spec.name])
    return {spec.name: found[spec.name] for spec in specs}


def _partitions(connection: KafkaConnection) -> dict[str, int]:
    known = cluster_metadata(connection).topics
    return {name: len(topic.partitions) for name, topic in known.items() if topic.error is None}


def _new(spec: TopicSpec) -> NewTopic:
    return NewTopic(spec.name, spec.partitions, spec.replication_factor, config=spec.config)


def _settle(name: str, error: BaseException | None) -> None:
    if error is None:
        log.info("created topic %s", name)
        return
    if not isinstance(error, KafkaException):
        raise error
    cause = error.args[0]
    if cause.code() == KafkaError.TOPIC_ALREADY_EXISTS:
        return
    if cause.retriable() or cause.code() in (KafkaError._TIMED_OUT, KafkaError.REQUEST_TIMED_OUT):  # noqa: SLF001  librdkafka's name for it
        raise Transient(f"topic {name} could not be created yet: {cause.str()}") from error
    raise Fatal(
        f"topic {name} could not be created: {cause.str()}. Create it by hand, or check the client's rights and "
        "COAGENT_KAFKA__REPLICATION_FACTOR against the number of brokers"
    ) from error


def _check(spec: TopicSpec, partitions: int) -> None:
    if spec.fixed and partitions != spec.partitions:
        raise Fatal(
            f"topic {spec.name} has {partitions} partitions, COAGENT_KAFKA__PARTITIONS says {spec.partitions}: "
            f"set it to {partitions} (all of coagent's processes alike), or start over with new topics"
        )
