"""`coagent ingest`."""

import time
from collections.abc import Callable
from uuid import uuid4

from coagent.adapters.kafka.consumer import PartitionedConsumer
from coagent.adapters.kafka.ingest_session import IngestSession
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.pulse import Pulse
from coagent.bootstrap.ingest import analysis_ingest_step, ingest_step
from coagent.bootstrap.kafka import kafka_connection, prepare_topics
from coagent.settings import Settings
from coagent.steps.ingest import warm_up


def ingest_session(settings: Settings, pulse: Pulse | None = None) -> IngestSession:
    """One membership of `coagent ingest` in its group."""
    prepare_topics(settings)
    warm_up(analysis_ingest_step(settings))
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

    producer = BatchProducer(connection, "coagent-ingest")
    step, run = ingest_step(settings), uuid4().hex
    return IngestSession(open_consumer, producer, step, time.time, run, commit_s=settings.ingest.commit_s, pulse=pulse)
