"""An upgrade: what d4224a1 left on its topics goes on under this version, on each broker."""

import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from coagent.adapters.embedded.broker import free_port
from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.earlier_requests import CHANGELOG, WORKER_GROUP, EarlierRequests
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.topics import TopicSpec, ensure_topics, own_topics
from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.domain.batch import Source
from coagent.domain.errors import Transient
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.domain.topics import DEADLETTER, EARLIER_REQUESTS, REQUESTS, ROLLUPS, SHIFTS
from coagent.entrypoints.doctor.earlier import check_earlier
from coagent.settings import Settings
from coagent.steps.stream_state import decode
from streams.coagent_app import APP_ID
from streams.state import State
from streams.take_over import take_over
from tests.earlier_version import LEFT_ROWS, READ_ROWS, STREAM, accounts, recorded, rows
from tests.integration.kafka.conftest import apache_kafka_broker
from tests.integration.kafka.reading import PARTITIONS, reader
from tests.integration.kafka.worker import Worker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
MORE_ROWS = 120
PATIENCE_S = 240.0
READ_BEFORE = b"read before"


@pytest.fixture(params=[pytest.param("embedded"), pytest.param("apache_kafka", marks=pytest.mark.kafka)])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[KafkaConnection]:
    """Of this test alone: whole topics of a version before lie on it."""
    with ExitStack() as running:
        if request.param == "embedded":
            connection: KafkaConnection = request.getfixturevalue("embedded")
        else:
            connection = KafkaConnection(f"127.0.0.1:{free_port()}")
            running.enter_context(apache_kafka_broker(tmp_path, connection))
        earlier = [
            TopicSpec(name, PARTITIONS, 1) for name in (EARLIER_REQUESTS, CHANGELOG, "coagent-confirm-changelog")
        ]
        ensure_topics(connection, [*own_topics(PARTITIONS, 1), *earlier])
        leave_behind(connection)
        yield connection


def leave_behind(connection: KafkaConnection) -> None:
    """What was recorded, behind one message a partition that the worker of then had read."""
    messages, committed = recorded()
    producer = Producer(connection.config(linger_ms=0))
    for partition in range(PARTITIONS):
        producer.produce(EARLIER_REQUESTS, READ_BEFORE, b"key", partition)
        producer.flush()
    for one in messages:
        producer.produce(one.topic, one.value, one.key, one.partition, headers=one.headers)
        producer.flush()  # one by one: the embedded broker's end counts but the first record of the last batch
    read = {place: offset + (place[0] == EARLIER_REQUESTS) for place, offset in committed.items()}
    consumer = Consumer(connection.config(group_id=WORKER_GROUP, enable_auto_commit=False))
    consumer.commit(offsets=[TopicPartition(*place, offset) for place, offset in read.items()], asynchronous=False)
    consumer.close()


def send_more(connection: KafkaConnection, first: int, end: int) -> None:
    """As this version's ingest does."""
    ingest = analysis_ingest_step(Settings())
    ingest.feed(Source("cluster", "llm.telemetry", 0), list(enumerate(rows(first, end), first)), time.time())
    batches = list(ingest.take(time.time(), everything=True))
    producer = BatchProducer(connection, "test")
    producer.send(Record(REQUESTS, one.segment.key(), BATCHES.encode(one), BATCHES.headers) for one in batches)
    producer.flush()


class Seen:
    """What comes out."""

    def __init__(self, connection: KafkaConnection) -> None:
        self._consumer = reader(connection, [ROLLUPS, SHIFTS, DEADLETTER])
        self._parts: dict[tuple[Segment, object, str], tuple[int, int]] = {}
        self.shifts: list[object] = []
        self.dead = 0

    def look(self) -> None:
        for message in self._consumer.consume(1_000, 0.5):
            if message.error() is None and message.topic() == DEADLETTER:
                self.dead += 1
            elif message.error() is None:
                self._keep(decode_event(message.value(), message.headers()))

    def _keep(self, value: object) -> None:
        if isinstance(value, Rollup):
            place = value.segment, value.minute, value.part
            self._parts[place] = max(self._parts.get(place, (0, 0)), (value.sequence, value.requests))
        else:
            self.shifts.append(value)

    @property
    def counted(self) -> Counter[Segment]:
        total: Counter[Segment] = Counter()
        for (account, _, _), (_, requests) in self._parts.items():
            total[account] += requests
        return total


def wait(seen: Seen, worker: Worker, done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert worker.running, worker.log_file.read_text()[-3000:]
        assert time.monotonic() < deadline, (seen.counted, worker.log_file.read_text()[-3000:])
        seen.look()


def settings_of(connection: KafkaConnection) -> Settings:
    return Settings(kafka={"bootstrap_servers": connection.bootstrap_servers, "partitions": PARTITIONS})


def test_counts_shifts_decisions_and_offsets_survive_the_change_of_unit(
    broker: KafkaConnection, tmp_path: Path
) -> None:
    found = check_earlier(settings_of(broker))
    assert (found.state, found.text.split()[0]) == ("problem", "6")
    worker, seen = Worker("streams.app", broker, tmp_path / "worker", PARTITIONS), Seen(broker)
    try:
        worker.start()
        wait(seen, worker, lambda: seen.counted.total() == LEFT_ROWS)
        assert seen.counted == accounts(0, LEFT_ROWS)
        send_more(broker, LEFT_ROWS, LEFT_ROWS + MORE_ROWS)
        wait(seen, worker, lambda: seen.counted.total() >= LEFT_ROWS + MORE_ROWS)
        worker.signal()
        worker.start()
        send_more(broker, LEFT_ROWS + MORE_ROWS, LEFT_ROWS + 2 * MORE_ROWS)
        wait(seen, worker, lambda: seen.counted.total() >= LEFT_ROWS + 2 * MORE_ROWS)
    finally:
        worker.close()
    assert seen.counted == accounts(0, LEFT_ROWS + 2 * MORE_ROWS)
    assert check_earlier(settings_of(broker)).state == "ok"
    said_once(worker.log_file.read_text())
    assert [shift.status for shift in seen.shifts] == ["open", "open", "recovered"]  # those of then, none anew
    assert seen.dead == 0  # nothing of then was read again, neither commands nor batches
    control = newest_state(broker).control
    assert control.obeyed == ["recorded-mute"]
    assert control.muted_until[""] > time.time()


def said_once(log: str) -> None:
    assert log.count("begins anew by stream (2)") == 1
    assert log.count(f"{LEFT_ROWS - READ_ROWS} requests that the version before had left unread") == 1
    assert re.search(r"detection of .+ cannot be read", log)  # of one of the streams: what repeats is a line a minute


def newest_state(connection: KafkaConnection):
    states = {key: State.unpack(value).data for (_, key), value in EarlierRequests(connection).states().items()}
    watch, _, _ = decode(states[STREAM.key()], STREAM)
    assert watch.rows_seen == sum(
        rows for account, rows in accounts(LEFT_ROWS, LEFT_ROWS + 2 * MORE_ROWS).items() if account.stream == STREAM
    )
    return watch


def test_it_waits_while_a_worker_of_the_version_before_runs(broker: KafkaConnection) -> None:
    worker_of_then = Consumer(broker.config(group_id=WORKER_GROUP, session_timeout_ms=6000))
    worker_of_then.subscribe([EARLIER_REQUESTS])
    deadline = time.monotonic() + PATIENCE_S
    while not worker_of_then.assignment() and time.monotonic() < deadline:
        worker_of_then.poll(0.2)
    with pytest.raises(Transient, match="still runs: stop it"):
        take_over(settings_of(broker))
    worker_of_then.close()
    take_over(settings_of(broker))
    assert EarlierRequests(broker).unread() == {}


def test_the_group_is_that_of_the_worker() -> None:
    assert WORKER_GROUP == APP_ID
    assert CHANGELOG == f"{APP_ID}-detect-changelog"


def test_a_cluster_without_a_version_before_is_left_alone(embedded: KafkaConnection) -> None:
    earlier = EarlierRequests(embedded)
    assert (earlier.unread(), earlier.is_first_start()) == ({}, False)
    assert check_earlier(settings_of(embedded)).state == "ok"
