"""The embedded broker dies and comes back without its log: nobody mixes the old world with the new one."""

import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Thread

import pytest

from coagent.adapters.embedded.broker import EmbeddedBroker
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.sessions import run_sessions
from coagent.adapters.kafka.topics import cluster_id, ensure_topics, telemetry_topics
from coagent.bootstrap.ingest_session import ingest_session
from coagent.bootstrap.kafka import prepare_topics
from coagent.domain.errors import Transient
from coagent.domain.topics import REQUESTS
from coagent.settings import IngestSettings, KafkaSettings, Settings
from tests.integration.kafka.conftest import wait_until_up
from tests.integration.kafka.reading import PARTITIONS, reader
from tests.integration.kafka.worker import Worker

REQUEST = b'{"time": 1.79e9, "provider": "openai", "request_model": "gpt-4"}'
TOPIC = "llm.telemetry"


def wait_for(happened: Callable[[], bool], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while not happened():
        assert time.monotonic() < deadline, f"nothing after {seconds} s"
        time.sleep(0.1)


@contextmanager
def running(broker: EmbeddedBroker) -> Iterator[None]:
    """One life of the broker; it ends without a word."""
    process = subprocess.Popen(broker.command(), **broker.popen_options())
    try:
        wait_until_up(KafkaConnection(broker.bootstrap_servers))
        yield
    finally:
        process.kill()
        process.wait()


def rows_of(connection: KafkaConnection, wanted: int) -> Counter[str]:
    """Rows by cluster, once there are as many as wanted."""
    consumer, rows = reader(connection, [REQUESTS]), Counter[str]()

    def look() -> bool:
        for message in consumer.consume(10, 0.2):
            batch = BATCHES.decode(message.value(), message.headers())
            rows[batch.source.cluster] += batch.rows
        return rows.total() >= wanted

    wait_for(look, 40)
    return rows


def test_a_producer_goes_on_after_the_log_was_lost(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path)
    connection = KafkaConnection(broker.bootstrap_servers)
    producer = BatchProducer(connection, "test")
    with running(broker):
        ensure_topics(connection, telemetry_topics([TOPIC], PARTITIONS, 1))
        producer.send([Record(TOPIC, None, b"old log")])
        producer.flush()
    producer.send([Record(TOPIC, None, b"between the logs")])
    with pytest.raises(Transient, match="1 records are not taken"):
        producer.flush(0.5)
    with running(broker):
        ensure_topics(connection, telemetry_topics([TOPIC], PARTITIONS, 1))
        producer.send([Record(TOPIC, None, b"new log")])
        producer.flush()
        found = [message.value() for message in reader(connection, [TOPIC]).consume(2, 3.0)]
    assert found == [b"new log"]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_ingest_and_worker_begin_anew_on_the_new_log(tmp_path: Path) -> None:
    broker = EmbeddedBroker(tmp_path)
    connection = KafkaConnection(broker.bootstrap_servers)
    kafka = KafkaSettings(bootstrap_servers=broker.bootstrap_servers, partitions=PARTITIONS, session_timeout_ms=2000)
    settings = Settings(kafka=kafka, ingest=IngestSettings(topics=(TOPIC,)))
    stop = Event()
    ingest = Thread(target=run_sessions, args=(lambda: ingest_session(settings), stop))
    worker = Worker("tests.integration.kafka.counting_app", connection, tmp_path / "worker", PARTITIONS)

    def live(rows: int) -> str:
        prepare_topics(settings)
        producer = BatchProducer(connection, "test")
        producer.send([Record(TOPIC, b"one partition", REQUEST)] * rows)
        producer.flush()
        name = cluster_id(connection)
        assert rows_of(connection, rows) == {name: rows}
        return name

    try:
        with running(broker):
            ingest.start()
            worker.start()
            name = live(5)
            wait_for(lambda: worker.has_partitions, 60)
        with running(broker):
            assert live(3) != name
            worker.wait(60)
    finally:
        stop.set()
        ingest.join(30)
        worker.close()
    assert not ingest.is_alive()
