"""The embedded broker dies and comes back without its log: nobody mixes the old world with the new one."""

import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event, Thread

from coagent import bootstrap
from coagent.adapters.embedded.broker import EmbeddedBroker
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.sessions import run_sessions
from coagent.adapters.kafka.topics import cluster_id
from coagent.domain.topics import REQUESTS
from coagent.settings import IngestSettings, KafkaSettings, Settings
from tests.integration.kafka.conftest import wait_until_up
from tests.integration.kafka.reading import PARTITIONS, reader
from tests.integration.kafka.worker import Worker

REQUEST = b'{"time": 1.8e9, "provider": "openai", "request_model": "gpt-4"}'
TOPIC = "llm.telemetry"


def wait_for(happened: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"nothing after {seconds} s"
        time.sleep(0.1)


def batches_of(connection: KafkaConnection, wanted: int) -> list[tuple[str, int]]:
    """Cluster and rows of the first batches."""
    consumer, found = reader(connection, [REQUESTS]), []
    wait_for(lambda: bool(found.extend(consumer.consume(10, 0.5)) or len(found) >= wanted), 30)
    batches = [BATCHES.decode(message.value(), message.headers()) for message in found]
    return [(batch.source.cluster, batch.rows) for batch in batches]


def test_ingest_and_worker_begin_anew_on_the_new_log(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path)
    connection = KafkaConnection(broker.bootstrap_servers)
    kafka = KafkaSettings(
        bootstrap_servers=broker.bootstrap_servers, partitions=PARTITIONS, session_timeout_ms=2000
    )
    settings = Settings(kafka=kafka, ingest=IngestSettings(topics=(TOPIC,)))
    stop = Event()
    ingest = Thread(target=run_sessions, args=(lambda: bootstrap.ingest_session(settings), stop))
    worker = Worker("tests.integration.kafka.counting_app", connection, tmp_path / "worker", PARTITIONS)

    def live(rows: int) -> tuple[str, list[tuple[str, int]]]:
        wait_until_up(connection)
        bootstrap.prepare_topics(settings)
        producer = BatchProducer(connection, "test")
        producer.send([Record(TOPIC, b"one partition", REQUEST)] * rows)
        producer.flush()
        return cluster_id(connection), batches_of(connection, 1)

    with subprocess.Popen(broker.command(), **broker.popen_options()) as first:
        wait_until_up(connection)
        bootstrap.prepare_topics(settings)
        ingest.start()
        worker.start()
        name, batches = live(5)
        assert batches == [(name, 5)]
        wait_for(lambda: worker.has_partitions, 60)
        first.kill()
    with subprocess.Popen(broker.command(), **broker.popen_options()) as second:
        try:
            new_name, batches = live(3)
            assert new_name != name
            assert batches == [(new_name, 3)]
            wait_for(lambda: not worker.running, 60)
        finally:
            stop.set()
            ingest.join(30)
            worker.close()
            second.kill()
    assert not ingest.is_alive()
