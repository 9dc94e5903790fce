"""The only place where adapters meet steps."""

import time
from collections.abc import Callable

from sqlalchemy import Engine

from coagent.adapters.embedded.broker import EmbeddedBroker
from coagent.adapters.embedded.postgres import EmbeddedPostgres
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.consumer import PartitionedConsumer
from coagent.adapters.kafka.ingest_session import IngestSession
from coagent.adapters.kafka.insight_notifier import InsightNotifier
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.sink_session import TOPICS as SINK_TOPICS
from coagent.adapters.kafka.sink_session import SinkSession
from coagent.adapters.kafka.topics import cluster_id, ensure_topics, own_topics, telemetry_topics
from coagent.adapters.postgres.engine import make_engine
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.confirm.config import ConfirmConfig
from coagent.detect.config import DetectConfig
from coagent.domain.errors import Fatal
from coagent.domain.report import Report
from coagent.ingest.options import DecodeOptions
from coagent.ports import RecordSource
from coagent.settings import Format, Settings
from coagent.steps.analyze import LOG, analyze
from coagent.steps.confirm import ConfirmStep
from coagent.steps.detect import DetectStep
from coagent.steps.ingest import IngestStep
from coagent.steps.sink import SinkStep


def embedded_broker(settings: Settings) -> EmbeddedBroker:
    """The broker that `coagent up` runs where no cluster is named."""
    return EmbeddedBroker(settings.data_dir / "broker")


def embedded_postgres(settings: Settings) -> EmbeddedPostgres:
    """The database that `coagent up` runs where none is named."""
    return EmbeddedPostgres(settings.data_dir / "postgres")


def kafka_connection(settings: Settings) -> KafkaConnection:
    """Raises Fatal where no cluster is named."""
    kafka = settings.kafka
    if kafka.bootstrap_servers is None:
        raise Fatal("no Kafka cluster is named: set COAGENT_KAFKA__BOOTSTRAP_SERVERS, or run `coagent up`")
    secrets = {name: secret.get_secret_value() for name, secret in kafka.secrets.items()}
    return KafkaConnection(kafka.bootstrap_servers, kafka.options, secrets)


def postgres_url(settings: Settings) -> str:
    """Raises Fatal where no database is named."""
    if settings.postgres.url is None:
        raise Fatal("no database is named: set COAGENT_POSTGRES__URL, or run `coagent up`")
    return settings.postgres.url.get_secret_value()


def database(settings: Settings) -> Engine:
    """Connections to the database, made when needed; raises Fatal where none is named."""
    return make_engine(postgres_url(settings))


def sink_step(settings: Settings) -> SinkStep:
    """The step of `coagent sink`; raises Fatal where no database is named."""
    return SinkStep(PostgresTelemetryStore(database(settings)))


def kafka_cluster_id(settings: Settings) -> str:
    """The cluster's name for itself; raises Transient where it does not answer."""
    return cluster_id(kafka_connection(settings))


def prepare_topics(settings: Settings) -> dict[str, int]:
    """Creates what is missing of coagent's topics and the telemetry topics; partitions by topic."""
    kafka = settings.kafka
    own = own_topics(kafka.partitions, kafka.replication_factor)
    telemetry = telemetry_topics(settings.ingest.topics, kafka.partitions, kafka.replication_factor)
    return ensure_topics(kafka_connection(settings), [*own, *telemetry])


def ingest_step(settings: Settings) -> IngestStep:
    """The step of `coagent ingest`; prices are told by the price table."""
    ingest = settings.ingest
    options = DecodeOptions(
        hash_key=ingest.hash_key.get_secret_value().encode() if ingest.hash_key else None,
        task_attribute=ingest.task_attribute,
        tenant_attribute=ingest.tenant_attribute,
    )
    return IngestStep(
        options=options,
        prices=None,
        flush_rows=ingest.flush_rows,
        flush_age_s=ingest.flush_age_s,
        max_rows=ingest.max_rows,
        max_segments=ingest.max_segments,
        formats={topic: kind for topic, kind in ingest.formats.items() if kind != "auto"},
    )


def ingest_session(settings: Settings) -> IngestSession:
    """One membership of `coagent ingest` in its group."""
    prepare_topics(settings)
    connection = kafka_connection(settings)

    def open_consumer(on_revoke: Callable[[], None], on_lost: Callable[[], None]) -> PartitionedConsumer:
        return PartitionedConsumer(
            connection,
            group="coagent-ingest",
            topics=settings.ingest.topics,
            session_timeout_ms=settings.kafka.session_timeout_ms,
            on_revoke=on_revoke,
            on_lost=on_lost,
        )

    return IngestSession(open_consumer, BatchProducer(connection, "coagent-ingest"), ingest_step(settings), time.time)


def sink_session(settings: Settings) -> SinkSession:
    """One membership of `coagent sink` in its group; raises Fatal where no database is named."""
    prepare_topics(settings)
    connection = kafka_connection(settings)

    def open_consumer() -> PartitionedConsumer:
        return PartitionedConsumer(
            connection,
            group="coagent-sink",
            topics=SINK_TOPICS,
            session_timeout_ms=settings.kafka.session_timeout_ms,
        )

    return SinkSession(open_consumer, sink_step(settings), time.time)


def insight_notifier(settings: Settings) -> InsightNotifier:
    """Notifier `kafka`; raises Fatal where no cluster is named."""
    return InsightNotifier(BatchProducer(kafka_connection(settings), "coagent-agent"))


def detect_step(settings: Settings) -> DetectStep:
    """Step 2 under the operator's budget of false alarms."""
    detection = settings.detection
    return DetectStep(
        DetectConfig(
            false_alarms_per_month=detection.false_alarms_per_month,
            rows_per_month=detection.rows_per_month,
            warm_rows=detection.warm_rows,
        )
    )


def confirm_step(_settings: Settings) -> ConfirmStep:
    """Step 3; nothing of it is the operator's to set."""
    return ConfirmStep(ConfirmConfig())


def analyze_logs(settings: Settings, source: RecordSource, log_format: Format, at_s: float) -> Report:
    """What `coagent analyze` does, in this process. `at_s`: epoch seconds, now. Raises Fatal where nothing is read."""
    ingest = settings.ingest.model_copy(update={"formats": {LOG.topic: log_format}})
    return analyze(
        source,
        ingest=ingest_step(settings.model_copy(update={"ingest": ingest})),
        detect=detect_step(settings),
        confirm=confirm_step(settings),
        at_s=at_s,
    )
