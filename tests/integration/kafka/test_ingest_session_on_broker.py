"""Telemetry to batches on a broker: every row once, whatever dies."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import numpy as np
import pytest

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.dead_letter_codec import decode_dead_letter
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.internal_codec import INTAKE as INTAKE_CODEC
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.sessions import run_sessions
from coagent.adapters.kafka.topics import cluster_id
from coagent.bootstrap.ingest_session import ingest_session
from coagent.domain.batch import Batch
from coagent.domain.intake import Intake
from coagent.domain.topics import DEADLETTER, INTAKE, REQUESTS
from coagent.settings import IngestSettings, KafkaSettings, Settings
from tests.integration.kafka.reading import reader

ROWS = 3000
PROCESS = """
from coagent.entrypoints.ingest import run_ingest
from coagent.settings import Settings
run_ingest(Settings())
"""


@pytest.fixture
def settings(cluster: KafkaConnection, telemetry_topic: str) -> Settings:
    kafka = KafkaSettings(bootstrap_servers=cluster.bootstrap_servers, partitions=2, session_timeout_ms=2000)
    ingest = IngestSettings(topics=(telemetry_topic,), flush_rows=50, flush_age_s=0.1)
    return Settings(kafka=kafka, ingest=ingest)


def produce_rows(cluster: KafkaConnection, topic: str, rows: int) -> None:
    now = time.time()
    requests = [
        {"time": now - 60, "provider": "openai", "request_model": f"gpt-{row % 7}", "request_id": f"{topic}-{row}"}
        for row in range(rows)
    ]
    producer = BatchProducer(cluster, "test")
    producer.send(Record(topic, None, json.dumps(request).encode()) for request in requests)
    producer.flush()


class Reader:
    """Everything on a topic, from the start."""

    def __init__(self, cluster: KafkaConnection, topic: str) -> None:
        self._consumer = reader(cluster, [topic])
        self.messages: list[Any] = []

    def until(self, enough: Callable[[], bool], seconds: float = 40) -> None:
        deadline = time.monotonic() + seconds
        while not enough():
            assert time.monotonic() < deadline, f"not enough after {seconds} s: {len(self.messages)} messages"
            self.messages += [message for message in self._consumer.consume(1000, 0.1) if message.error() is None]


class Counting:
    """Counts rows of a telemetry topic as detect does: those at or below the last seen offset drop out."""

    def __init__(self, cluster: KafkaConnection, topic: str) -> None:
        self.reader = Reader(cluster, REQUESTS)
        self.topic = topic
        self._done = 0
        self._last: dict[tuple[str, str], int] = {}
        self.rows = self.doubled = 0

    def count(self) -> int:
        for message in self.reader.messages[self._done :]:
            batch = BATCHES.decode(message.value(), message.headers())
            if batch.source.topic == self.topic:
                self._add(batch)
        self._done = len(self.reader.messages)
        return self.rows

    def _add(self, batch: Batch) -> None:
        place = (batch.segment.id, str(batch.source))
        fresh = int((np.frombuffer(batch.offsets, "<i8") > self._last.get(place, -1)).sum())
        self._last[place] = max(self._last.get(place, -1), batch.last_offset)
        self.rows += fresh
        self.doubled += batch.rows - fresh


def run_while(settings: Settings, work: Callable[[], None]) -> None:
    stop = Event()
    thread = Thread(target=run_sessions, args=(lambda: ingest_session(settings), stop))
    thread.start()
    try:
        work()
    finally:
        stop.set()
        thread.join(30)
    assert not thread.is_alive()


def test_every_row_arrives_and_an_orderly_stop_leaves_nothing_to_repeat(
    cluster: KafkaConnection, settings: Settings, telemetry_topic: str
) -> None:
    counting = Counting(cluster, telemetry_topic)
    produce_rows(cluster, telemetry_topic, ROWS)
    run_while(settings, lambda: counting.reader.until(lambda: counting.count() >= ROWS))
    produce_rows(cluster, telemetry_topic, 10)
    run_while(settings, lambda: counting.reader.until(lambda: counting.count() >= ROWS + 10))
    assert (counting.count(), counting.doubled) == (ROWS + 10, 0)


@pytest.mark.slow
def test_a_process_that_is_killed_loses_and_doubles_nothing(
    cluster: KafkaConnection, settings: Settings, telemetry_topic: str
) -> None:
    counting = Counting(cluster, telemetry_topic)
    produce_rows(cluster, telemetry_topic, ROWS)
    with subprocess.Popen([sys.executable, "-c", PROCESS], env=environment(settings)) as process:
        try:
            counting.reader.until(lambda: counting.count() > 0)
        finally:
            process.kill()
    produce_rows(cluster, telemetry_topic, ROWS)
    run_while(settings, lambda: counting.reader.until(lambda: counting.count() >= 2 * ROWS))
    assert counting.count() == 2 * ROWS


def environment(settings: Settings) -> dict[str, str]:
    return os.environ | {
        "COAGENT_KAFKA__BOOTSTRAP_SERVERS": str(settings.kafka.bootstrap_servers),
        "COAGENT_KAFKA__PARTITIONS": str(settings.kafka.partitions),
        "COAGENT_KAFKA__SESSION_TIMEOUT_MS": str(settings.kafka.session_timeout_ms),
        "COAGENT_INGEST__TOPICS": json.dumps(settings.ingest.topics),
        "COAGENT_INGEST__FLUSH_ROWS": str(settings.ingest.flush_rows),
    }


def intake_of(reader: Reader) -> list[Intake]:
    return [INTAKE_CODEC.decode(message.value(), message.headers()) for message in reader.messages]


def test_what_cannot_be_read_is_reported_with_its_origin(
    cluster: KafkaConnection, settings: Settings, telemetry_topic: str
) -> None:
    letters = Reader(cluster, DEADLETTER)
    producer = BatchProducer(cluster, "test")
    producer.send([Record(telemetry_topic, None, b"{nonsense")])
    producer.flush()

    def mine() -> list[Any]:
        found = [decode_dead_letter(message.value(), message.headers()) for message in letters.messages]
        return [letter for letter in found if letter.topic == telemetry_topic]

    reported = Reader(cluster, INTAKE)
    run_while(settings, lambda: letters.until(lambda: bool(mine())))
    [letter] = mine()
    reported.until(lambda: any(one.counts.topic == telemetry_topic for one in intake_of(reported)))
    [counts] = [one.counts for one in intake_of(reported) if one.counts.topic == telemetry_topic]
    assert (counts.read, counts.accepted, [(one.reason, one.count) for one in counts.reasons]) == (
        1,
        0,
        [(letter.reason, 1)],
    )
    assert counts.reasons[0].first == letter.origin
    assert (letter.cluster, letter.offset, letter.payload) == (cluster_id(cluster), 0, b"{nonsense")
