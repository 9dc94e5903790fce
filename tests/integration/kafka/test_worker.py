"""The Faust wiring: every row is counted once, whatever dies, and nothing stops at a bad message."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest

from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.dead_letter_codec import decode_dead_letter
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.domain.batch import Batch, Source
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.domain.topics import DEADLETTER, REQUESTS, ROLLUPS
from tests.integration.kafka.reading import PARTITIONS, reader
from tests.integration.kafka.worker import Worker

pytestmark = pytest.mark.slow
CHANGELOG = "coagent-counts-changelog"
SEGMENTS = 6
ROWS = 50


class World:
    """Workers, what they are sent, and what comes out of them, of this test's own provider."""

    def __init__(self, cluster: KafkaConnection, data_dir: Path) -> None:
        self.provider = uuid4().hex
        self._cluster, self._data_dir, self._workers = cluster, data_dir, list[Worker]()
        self.worker = self.another()
        self.sent: dict[Segment, int] = {}
        self.counted: dict[Segment, tuple[int, int]] = {}
        self.refused: set[str] = set()
        self._bad = b"\xc1" + self.provider.encode()
        self._offset = 0
        self._producer = BatchProducer(cluster, "test")
        self._consumer = reader(cluster, [ROLLUPS, DEADLETTER])

    def another(self, app: str = "counting_app", place: int | None = None) -> Worker:
        """One more worker, not started; `app` names a module beside this one, `place` a worker whose data directory it
        shares.
        """
        data_dir = self._data_dir / f"worker-{len(self._workers) if place is None else place}"
        self._workers.append(Worker(f"tests.integration.kafka.{app}", self._cluster, data_dir, PARTITIONS))
        return self._workers[-1]

    def close(self) -> None:
        for worker in self._workers:
            worker.close()

    def send(self, batches: int) -> None:
        self._producer.send(self._batch() for _ in range(batches))
        self._producer.flush()

    def send_bad(self, headers: list[tuple[str, bytes]]) -> None:
        self._producer.send([Record(REQUESTS, b"key", self._bad, headers)])
        self._producer.flush()

    def look(self, seconds: float = 0.2) -> None:
        for message in self._consumer.consume(10_000, seconds):
            if message.error() is None and message.topic() == DEADLETTER:
                letter = decode_dead_letter(message.value(), message.headers())
                self.refused |= {letter.reason} if letter.payload == self._bad else set()
            elif message.error() is None and message.key() in {segment.key() for segment in self.sent}:
                self._keep(decode_event(message.value(), message.headers()))

    def look_until(self, seen: Callable[[], bool], seconds: float, worker: Worker | None = None) -> None:
        """At most so long, and no longer than the worker lives."""
        deadline, worker = time.monotonic() + seconds, worker or self.worker
        while not seen() and time.monotonic() < deadline:
            assert worker.running, worker.log_file.read_text()[-3000:]
            self.look()

    def look_until_counted(self, seconds: float, worker: Worker | None = None) -> None:
        self.look_until(lambda: self.rows() >= sum(self.sent.values()), seconds, worker)

    def rows(self) -> int:
        return sum(self.rows_counted().values())

    def rows_counted(self) -> dict[Segment, int]:
        return {segment: rows for segment, (_, rows) in self.counted.items()}

    def _keep(self, rollup: Any) -> None:
        assert isinstance(rollup, Rollup)
        before = self.counted.get(rollup.segment, (-1, 0))
        if rollup.sequence >= before[0]:
            self.counted[rollup.segment] = (rollup.sequence, rollup.requests)

    def _batch(self) -> Record:
        segment = Segment(self.provider, f"model-{self._offset // ROWS % SEGMENTS}")
        offsets = np.arange(self._offset, self._offset + ROWS, dtype="<i8")
        self._offset += ROWS
        self.sent[segment] = self.sent.get(segment, 0) + ROWS
        batch = Batch(
            segment=segment,
            source=Source("main", "llm.telemetry", 0),
            rows=ROWS,
            first_offset=int(offsets[0]),
            last_offset=int(offsets[-1]),
            offsets=offsets.tobytes(),
            indexes=np.zeros(ROWS, "<i4").tobytes(),
            numbers={"time_s": (1.8e9 + offsets).astype("<f8").tobytes()},
            texts={},
        )
        return Record(REQUESTS, segment.key(), BATCHES.encode(batch), BATCHES.headers)


@pytest.fixture
def world(cluster: KafkaConnection, tmp_path: Path) -> Iterator[World]:
    world = World(cluster, tmp_path)
    yield world
    world.close()


def test_a_worker_that_is_killed_counts_every_row_once_and_passes_bad_messages(world: World) -> None:
    world.worker.start()
    world.send_bad(BATCHES.headers)
    world.send_bad([("schema", b"coagent.batch/99")])
    world.send(200)
    world.look_until(lambda: world.rows() > 0, 60)
    world.worker.signal(signal.SIGKILL)
    world.send(200)
    world.worker.start()
    world.look_until_counted(60)

    assert world.rows_counted() == world.sent
    world.look_until(lambda: len(world.refused) > 1, 60)
    assert world.refused == {"malformed", "schema_version"}
    assert world.worker.signal(signal.SIGTERM) == 0


@pytest.mark.timeout(600)
def test_partitions_that_move_between_workers_are_counted_once(world: World) -> None:
    second = world.another()
    world.worker.start()
    world.send(1000)
    world.look_until(lambda: world.rows() > 0, 60)
    second.start()
    while not second.has_partitions:
        world.send(100)
        world.look(1.0)
    for _ in range(5):
        world.send(100)
        world.look(1.0)
    assert second.signal(signal.SIGTERM) == 0
    for _ in range(5):
        world.send(100)
        world.look(1.0)
    world.look_until_counted(120)
    assert world.rows_counted() == world.sent


@pytest.mark.timeout(600)
def test_a_worker_that_stands_still_past_its_session_writes_no_old_state_when_it_goes_on(world: World) -> None:
    """Another one has its partitions by then; what a third one recovers from the changelog is right, and what the first
    one does when it has them again.
    """
    second = world.another()
    third = world.another()
    world.worker.start()
    world.send(2000)
    while world.rows() == 0:
        world.look(0.05)
    world.worker.pause()  # with work under way
    second.start()
    world.look_until_counted(120)
    world.worker.go_on()
    for _ in range(15):
        world.look(1.0)
    second.signal()
    world.send(200)
    world.look_until_counted(120)
    world.worker.close()
    world.send(200)
    third.start()
    world.look_until_counted(120, third)
    assert world.rows_counted() == world.sent


def test_what_waits_for_a_worker_that_recovers_is_counted_once(world: World) -> None:
    fresh = world.another("slow_seeking_app")
    world.worker.start()
    world.send(60)
    world.look_until_counted(30)
    assert world.worker.signal(signal.SIGTERM) == 0
    world.send(100)
    fresh.start()
    world.look_until_counted(30, fresh)
    assert world.rows_counted() == world.sent


@pytest.mark.timeout(180)
def test_two_workers_of_one_data_directory_have_a_folder_each(world: World) -> None:
    first, second = world.worker, world.another(place=0)
    first.start()
    world.send(60)
    world.look_until_counted(60)
    second.start()
    folders = second.log_file.parent / "faust"
    world.look_until(lambda: len([*folders.glob("*/v*")]) == 2, 60, second)
    for _ in range(5):
        world.send(40)
        world.look(1.0)
    world.look_until_counted(60, second)
    first.signal()
    world.send(60)
    world.look_until_counted(60, second)
    assert world.rows_counted() == world.sent


@pytest.mark.timeout(300)
def test_a_worker_that_stops_in_order_owes_nothing(world: World) -> None:
    owing = world.another("owing_app")
    world.send(60)
    for _ in range(10):
        owing.start()
        while not owing.has_partitions:
            time.sleep(0.1)
        world.look(3.0)
        assert world.rows() == 0
        assert owing.signal(signal.SIGTERM) == 0
        world.look(1.0)
        if world.rows():
            break
    assert world.rows() > 0
    world.worker.start()
    world.look_until_counted(60)
    assert world.rows_counted() == world.sent


@pytest.mark.timeout(180)
def test_a_state_that_arrives_after_newer_ones_is_not_taken_up(cluster: KafkaConnection, world: World) -> None:
    """As from a process that stood still with a write under way: neither by a new worker nor by the old one."""
    fresh = world.another()
    world.worker.start()
    for _ in range(3):
        world.send(60)
        world.look_until_counted(60)
    world.worker.signal(signal.SIGTERM)
    _write_again(cluster, {segment.key() for segment in world.sent})
    for worker in (fresh, world.worker):
        world.send(60)
        worker.start()
        world.look_until_counted(60, worker)
        worker.signal(signal.SIGTERM)
    assert world.rows_counted() == world.sent


def _write_again(cluster: KafkaConnection, keys: set[bytes]) -> None:
    """Sends each key's first state to its partition of the changelog once more."""
    consumer, first = reader(cluster, [CHANGELOG]), dict[bytes, Record]()
    while len(first) < len(keys):
        for message in consumer.consume(10_000, 0.3):
            if message.error() is None and message.key() in keys:
                record = Record(CHANGELOG, message.key(), message.value(), partition=message.partition())
                first.setdefault(message.key(), record)
    producer = BatchProducer(cluster, "test")
    producer.send(first.values())
    producer.flush()
