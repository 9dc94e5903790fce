"""The real process on a real database and broker: told once, whatever dies."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from coagent.adapters.embedded.broker import EmbeddedBroker, free_port
from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.topics import ensure_topics, own_topics
from coagent.adapters.postgres.engine import make_engine
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.insight import Insight
from coagent.domain.shift import Shift
from coagent.domain.topics import INSIGHTS
from tests.integration.kafka.conftest import wait_until_up
from tests.integration.kafka.reading import reader
from tests.told_subjects import swap

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaConnection]:
    broker = EmbeddedBroker(tmp_path_factory.mktemp("broker"))
    process = subprocess.Popen(broker.command(), **broker.popen_options())
    connection = KafkaConnection(broker.bootstrap_servers)
    try:
        wait_until_up(connection)
        ensure_topics(connection, own_topics(2, 1))
        yield connection
    finally:
        process.kill()
        process.wait()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts agents that end with the test."""
    started: list[subprocess.Popen[bytes]] = []

    def start(url: str, kafka: str, **environment: str) -> subprocess.Popen[bytes]:
        given = {"COAGENT_POSTGRES__URL": url, "COAGENT_KAFKA__BOOTSTRAP_SERVERS": kafka, **environment}
        with (tmp_path / f"agent-{len(started)}.log").open("wb") as log:
            arguments = [sys.executable, "-m", "coagent", "agent"]
            started.append(subprocess.Popen(arguments, env={**os.environ, **given}, stdout=log, stderr=log))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def sink(url: str, *shifts: Shift) -> None:
    PostgresTelemetryStore(make_engine(url)).write_shifts(shifts)


def until(url: str, query: str, expected: object, seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    with psycopg.connect(url, autocommit=True) as connection:
        while (found := connection.execute(query).fetchone()) != expected:
            assert time.monotonic() < deadline, f"{query}: {found}"
            time.sleep(0.05)


def events(broker: KafkaConnection, subjects: set[str], seconds: float) -> list[tuple[str, int]]:
    """(subject, sequence) of the insights on Kafka about those subjects."""
    consumer = reader(broker, [INSIGHTS])
    found: list[tuple[str, int]] = []
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        for message in consumer.consume(100, 0.2):
            insight = decode_event(message.value(), message.headers())
            assert isinstance(insight, Insight)
            if insight.subject_id in subjects:
                found.append((insight.subject_id, insight.sequence))
    consumer.close()
    return sorted(found)


SENT = "select count(*) from coagent.outbox where state = 'sent'"


def test_tells_shifts_and_their_updates_once_with_two_agents_and_one_killed(postgres_url, broker, start):
    first = start(postgres_url, broker.bootstrap_servers)
    second = start(postgres_url, broker.bootstrap_servers)
    sink(postgres_url, *(swap(id=f"s-{i}") for i in range(20)))
    until(postgres_url, SENT, (20,))
    first.kill()
    sink(postgres_url, swap(id="s-0", sequence=4, status="recovered"))
    until(postgres_url, SENT, (21,))
    second.send_signal(signal.SIGTERM)
    assert 0 == second.wait(15)
    expected = sorted([("s-0", 4), *((f"s-{i}", 3) for i in range(20))])
    assert expected == events(broker, {f"s-{i}" for i in range(20)}, 2.0)
    until(postgres_url, "select count(*), min(narrator) from coagent.insights", (20, "deterministic"))


def test_waits_for_a_database_that_is_away_and_stops_in_order(broker, start, tmp_path):
    away = f"postgresql://postgres@127.0.0.1:{free_port()}/postgres"
    process = start(
        away, broker.bootstrap_servers, COAGENT_MODEL__BASE_URL="http://127.0.0.1:9/v1", COAGENT_MODEL__NAME="m"
    )
    log = tmp_path / "agent-0.log"
    deadline = time.monotonic() + 30
    while log.read_text().count("does not answer") < 2:
        assert process.poll() is None
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert 0 == process.wait(15)


def test_a_model_that_is_away_delays_nothing_and_leaves_no_thread(postgres_url, broker, start):
    model = {"COAGENT_MODEL__BASE_URL": "http://127.0.0.1:9/v1", "COAGENT_MODEL__NAME": "m"}
    start(postgres_url, broker.bootstrap_servers, **model)
    sink(postgres_url, swap(id="m-1"))
    until(postgres_url, SENT, (1,))
    until(postgres_url, "select narrator from coagent.insights", ("deterministic",))
    until(postgres_url, "select count(*) from coagent.checkpoints", (0,))


def test_a_broker_that_is_away_puts_off_and_the_insight_stands(postgres_url, start):
    start(postgres_url, f"127.0.0.1:{free_port()}")
    sink(postgres_url, swap(id="b-1"))
    until(postgres_url, "select count(*) from coagent.insights", (1,))
    until(postgres_url, "select state, attempts from coagent.outbox", ("owed", 1))
