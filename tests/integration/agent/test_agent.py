"""The real process on a real database and broker: reported once, whatever dies."""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from coagent.adapters.embedded.broker import EmbeddedBroker, free_port
from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.topics import ensure_topics, own_topics
from coagent.adapters.postgres.engine import make_engine
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.insight import Insight
from coagent.domain.shift import Shift
from coagent.domain.topics import INSIGHTS
from coagent.entrypoints.agent import run_until
from coagent.settings import KafkaSettings, ModelSettings, PostgresSettings, Settings
from tests.integration.kafka.conftest import wait_until_up
from tests.integration.kafka.reading import reader
from tests.shown_subjects import swap

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


def until_logged(caplog: pytest.LogCaptureFixture, text: str, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while text not in caplog.text:
        assert time.monotonic() < deadline, caplog.text
        time.sleep(0.05)


SENT = "select count(*) from coagent.outbox where state = 'sent'"


@pytest.mark.slow
def test_nothing_is_lost_or_reported_twice_where_one_of_two_agents_is_killed(postgres_url, broker, start):
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


@asynccontextmanager
async def agent(url: str, kafka: str, model: ModelSettings | None = None) -> AsyncIterator[None]:
    """The agent within this process; its stop has to be quick."""
    stop = asyncio.Event()
    settings = Settings(
        postgres=PostgresSettings(url=SecretStr(url)),
        kafka=KafkaSettings(bootstrap_servers=kafka),
        model=model or ModelSettings(),
    )
    life = asyncio.create_task(run_until(stop, settings))
    yield
    assert not life.done()
    stop.set()
    await asyncio.wait_for(life, 15)


AWAY = ModelSettings(base_url="http://127.0.0.1:9/v1", name="m")


@pytest.mark.parametrize("model", [None, AWAY])
async def test_waits_for_a_database_that_is_away(broker, model, caplog):
    away = f"postgresql://postgres@127.0.0.1:{free_port()}/postgres"
    with caplog.at_level(logging.WARNING):
        async with agent(away, broker.bootstrap_servers, model):
            await asyncio.to_thread(until_logged, caplog, "does not answer")


async def test_two_agents_report_each_sequence_once(postgres_url, broker):
    subjects = {f"t-{i}" for i in range(40)}
    sink(postgres_url, *(swap(id=subject) for subject in subjects))
    async with agent(postgres_url, broker.bootstrap_servers), agent(postgres_url, broker.bootstrap_servers):
        await asyncio.to_thread(until, postgres_url, SENT, (40,))
        await asyncio.to_thread(sink, postgres_url, swap(id="t-0", sequence=4, status="recovered"))
        await asyncio.to_thread(until, postgres_url, SENT, (41,))
    expected = sorted([("t-0", 4), *((subject, 3) for subject in subjects)])
    assert expected == await asyncio.to_thread(events, broker, subjects, 1.0)


async def test_a_model_that_is_away_delays_nothing_and_leaves_no_thread(postgres_url, broker):
    sink(postgres_url, swap(id="m-1"))
    async with agent(postgres_url, broker.bootstrap_servers, AWAY):
        await asyncio.to_thread(until, postgres_url, SENT, (1,))
        await asyncio.to_thread(until, postgres_url, "select narrator from coagent.insights", ("deterministic",))
    until(postgres_url, "select count(*) from coagent.checkpoints", (0,))


async def test_where_the_broker_is_away_the_insight_stands_and_its_message_is_owed(postgres_url, monkeypatch):
    monkeypatch.setattr("coagent.adapters.kafka.producer.BatchProducer.flush.__defaults__", (1.0,))
    sink(postgres_url, swap(id="b-1"))
    async with agent(postgres_url, f"127.0.0.1:{free_port()}"):
        await asyncio.to_thread(until, postgres_url, "select count(*) from coagent.insights", (1,))
        owed = "select state, attempts, error is not null from coagent.outbox"
        await asyncio.to_thread(until, postgres_url, owed, ("owed", 1, True))
