"""`coagent sink`."""

import time
from functools import partial

from coagent.adapters.kafka.consumer import PartitionedConsumer
from coagent.adapters.kafka.dead_letters import send_dead_letters
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.sink_session import TOPICS as SINK_TOPICS
from coagent.adapters.kafka.sink_session import SinkSession
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.adapters.pulse import Pulse
from coagent.bootstrap.kafka import kafka_connection, prepare_topics
from coagent.bootstrap.postgres import database
from coagent.settings import Settings
from coagent.steps.sink import SinkStep


def sink_step(settings: Settings) -> SinkStep:
    """The step of `coagent sink`; raises Fatal where no database is named."""
    return SinkStep(PostgresTelemetryStore(database(settings)))


def sink_session(settings: Settings, pulse: Pulse | None = None) -> SinkSession:
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

    producer = BatchProducer(connection, "coagent-sink")
    return SinkSession(open_consumer, sink_step(settings), partial(send_dead_letters, producer), time.time, pulse)
