"""Commands through the real worker: what is said meets the segment's state, and nothing stops at nonsense."""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.control_topic import ControlTopic
from coagent.adapters.kafka.dead_letter_codec import decode_dead_letter
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.internal_codec import DETECTORS as DETECTOR_CODEC
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.detect.config import DetectConfig
from coagent.domain.batch import Batch, Source
from coagent.domain.command import Rate
from coagent.domain.detector import Detectors
from coagent.domain.segment import Segment
from coagent.domain.shift import Shift
from coagent.domain.topics import CONTROL, DEADLETTER, DETECTORS, REQUESTS, SHIFTS
from coagent.entrypoints.cli.main import app
from tests.contract.samples import NOON
from tests.integration.kafka.reading import PARTITIONS, reader
from tests.integration.kafka.worker import Worker

ROWS = 100


class World:
    """A worker, a segment that it is fed, and what comes out of it."""

    def __init__(self, cluster: KafkaConnection, data_dir: Path) -> None:
        self.segment = Segment(uuid4().hex, "gpt-4")
        self.worker = Worker("streams.app", cluster, data_dir, PARTITIONS)
        self.cluster = cluster
        self.detectors: list[Detectors] = []
        self.shifts: list[Shift] = []
        self.letters: list[Any] = []
        self._rows = 0
        self._producer = BatchProducer(cluster, "test")
        self._consumer = reader(cluster, [DETECTORS, SHIFTS, DEADLETTER])

    def feed(self, batches: int, factor: float = 1.0) -> None:
        self._producer.send(self._batch(factor) for _ in range(batches))
        self._producer.flush()

    def say_raw(self, key: bytes | None, value: bytes) -> None:
        self._producer.send([Record(CONTROL, key, value)])
        self._producer.flush()

    def look_until(self, seen: Callable[[], object], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not seen():
            assert self.worker.running, self.worker.log_file.read_text()[-3000:]
            assert time.monotonic() < deadline, self.worker.log_file.read_text()[-3000:]
            for message in self._consumer.consume(1000, 0.2):
                if message.error() is None:
                    self._keep(message)

    def _keep(self, message: Any) -> None:
        if message.topic() == DEADLETTER:
            self.letters.append(decode_dead_letter(message.value(), message.headers()))
        elif message.key() == self.segment.key() and message.topic() == DETECTORS:
            self.detectors.append(DETECTOR_CODEC.decode(message.value(), message.headers()))
        elif message.key() == self.segment.key():
            event = decode_event(message.value(), message.headers())
            if isinstance(event, Shift):
                self.shifts.append(event)

    def _batch(self, factor: float) -> Record:
        rng = np.random.default_rng(self._rows)
        offsets = np.arange(self._rows, self._rows + ROWS, dtype="<i8")
        self._rows += ROWS
        numbers = {
            "time_s": 1.79e9 + offsets,
            "duration_s": factor * np.exp(rng.normal(0, 0.2, ROWS)),
            "output_chars": factor * 4.0 * np.exp(rng.normal(5, 0.4, ROWS)),
            "output_tokens": np.round(np.exp(rng.normal(5, 0.4, ROWS))),
        }
        batch = Batch(
            segment=self.segment,
            source=Source("main", "llm.telemetry", 0),
            rows=ROWS,
            first_offset=int(offsets[0]),
            last_offset=int(offsets[-1]),
            offsets=offsets.tobytes(),
            indexes=np.zeros(ROWS, "<i4").tobytes(),
            numbers={name: values.astype("<f8").tobytes() for name, values in numbers.items()},
            texts={},
        )
        return Record(REQUESTS, self.segment.key(), BATCHES.encode(batch), BATCHES.headers)


@pytest.fixture
def world(embedded: KafkaConnection, tmp_path: Path) -> Iterator[World]:
    world = World(embedded, tmp_path / "worker")
    yield world
    world.worker.close()


def command(world: World, kind: str, **more: Any) -> bytes:
    plain = {"kind": kind, "id": uuid4().hex, "at": NOON.isoformat(), "by": "ann"}
    segment = {"provider": world.segment.provider, "request_model": "gpt-4"}
    return json.dumps({**plain, "segment": segment, **more}).encode()


@pytest.mark.slow
@pytest.mark.timeout(180)
def test_commands_meet_the_state_of_their_segment(
    world: World, postgres_engine: Engine, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.worker.start()
    for factor in (1.0, 2.0):
        world.feed(10, factor)
    world.look_until(lambda: world.shifts)
    world.look_until(lambda: world.detectors)

    # nonsense of all kinds on the way
    world.say_raw(world.segment.key(), b"accept it!")
    world.say_raw(None, command(world, "accept"))
    world.say_raw(world.segment.key(), command(world, "forget"))
    world.say_raw(
        b'["nobody","gpt-4",null,null,null]',
        command(world, "reset", segment={"provider": "nobody", "request_model": "gpt-4"}),
    )
    wanted = {"malformed_command", "wrong_key", "unknown_segment"}
    world.look_until(lambda: wanted <= {letter.reason for letter in world.letters})

    # a person accepts what the view shows
    PostgresTelemetryStore(postgres_engine).write_shifts(world.shifts)
    monkeypatch.setenv("COAGENT_POSTGRES__URL", postgres_url)
    monkeypatch.setenv("COAGENT_KAFKA__BOOTSTRAP_SERVERS", world.cluster.bootstrap_servers)
    shift = world.shifts[-1].id
    reported = CliRunner().invoke(
        app, ["accept", shift[:8], "--by", "ann", "--reason", "better", "--json", "--wait", "0"]
    )
    assert reported.exit_code == 0, reported.output
    assert json.loads(reported.stdout)[0]["command"]["shift"] == shift
    world.look_until(lambda: world.shifts[-1].status == "accepted")
    assert world.shifts[-1].id == shift

    # the fleet's rate reaches every partition, and stays over a restart
    ControlTopic(world.cluster, "test").say(Rate(id="r", at=NOON, by="agent", rows_per_month=5e7))
    promise = DetectConfig(rows_per_month=5e7).threshold
    world.look_until(lambda: world.feed(1, 2.0) or world.detectors[-1].promise_rows == promise)  # in any order
    world.worker.signal()
    world.worker.start()
    world.say_raw(world.segment.key(), command(world, "mute", until="2030-01-01T00:00:00Z"))
    world.look_until(lambda: world.detectors[-1].muted_until is not None)
    assert world.detectors[-1].promise_rows == promise
