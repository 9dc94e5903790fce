"""Counts are exact although `coagent ingest` is killed with -9 at ten random moments while telemetry arrives."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event, Thread

import numpy as np
import pytest
from confluent_kafka import ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

from coagent import bootstrap
from coagent.adapters.embedded.broker import EmbeddedBroker
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.dead_letter_codec import decode_dead_letter
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.domain.batch import Batch
from coagent.domain.errors import Transient
from coagent.domain.segment import Segment
from coagent.domain.topics import DEADLETTER, REQUESTS
from coagent.settings import IngestSettings, KafkaSettings, Settings
from tests.integration.kafka.reading import PARTITIONS, reader

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

SEED = 20_261_122
KILLS = 10
COMMIT_S = 2
"""Longer than most lives of ingest here, so that most kills hit between sending and committing."""
TOPIC = "llm.telemetry"
SESSION_TIMEOUT_MS = 2000
MESSAGES_AT_ONCE = 25
PAUSE_S = 0.02
BAD = (
    b"{",
    b"\xff\xfe",
    b'{"provider": "openai", "time": 1}',
    b'{"provider": 1, "request_model": "m", "time": 1767225600}',
)


@dataclass
class Sent:
    """What went onto the telemetry topic: ids of good records, spans that are no model requests, bad messages."""

    ids: list[str] = field(default_factory=list)
    skippable: int = 0
    bad: list[bytes] = field(default_factory=list)

    def message(self, chance: random.Random) -> bytes:
        kind = chance.random()
        if kind < 0.03:
            self.bad.append(chance.choice(BAD))
            return self.bad[-1]
        return self._spans(chance) if kind < 0.1 else self._record(chance)

    def _id(self) -> str:
        self.ids.append(f"{len(self.ids):016x}")
        return self.ids[-1]

    def _record(self, chance: random.Random) -> bytes:
        model = f"model-{chance.randrange(6)}"
        return json.dumps(
            {"request_id": self._id(), "time": time.time(), "provider": "openai", "request_model": model}
        ).encode()

    def _spans(self, chance: random.Random) -> bytes:
        """Two requests to the same model with a span between them that is none."""
        batch = ExportTraceServiceRequest()
        spans = batch.resource_spans.add().scope_spans.add().spans
        names = {"gen_ai.provider.name": "openai", "gen_ai.request.model": f"model-{chance.randrange(6)}"}
        for attributes, identity in ((names, self._id()), ({"db.system": "redis"}, "f" * 16), (names, self._id())):
            span = spans.add(span_id=bytes.fromhex(identity), start_time_unix_nano=time.time_ns())
            for name, value in attributes.items():
                span.attributes.add(key=name).value.string_value = value
        self.skippable += 1
        return batch.SerializeToString()


class Traffic(Thread):
    """Sends seeded messages round the partitions until it is stopped."""

    def __init__(self, cluster: KafkaConnection) -> None:
        super().__init__(daemon=True)
        self.sent = Sent()
        self.messages = 0
        self.stopped = Event()
        self._producer = Producer(cluster.config(enable_idempotence=True, linger_ms=5))

    def run(self) -> None:
        chance = random.Random(SEED)
        while not self.stopped.wait(PAUSE_S):
            self._producer.poll(0)  # delivered messages leave its queue, which holds 100,000
            for _ in range(MESSAGES_AT_ONCE):
                self._producer.produce(TOPIC, self.sent.message(chance), partition=self.messages % PARTITIONS)
                self.messages += 1
        assert self._producer.flush(30) == 0

    def stop(self) -> None:
        self.stopped.set()
        self.join()


class Downstream:
    """Reads like the steps that follow: of each segment and source, rows at or below the highest seen drop out."""

    def __init__(self, cluster: KafkaConnection) -> None:
        self._consumer = reader(cluster, [REQUESTS, DEADLETTER])
        self._highest: dict[tuple[Segment, str], tuple[int, int]] = {}
        self.accepted: Counter[str] = Counter()
        self.repeated = 0
        self.letters: dict[tuple[int, int], bytes] = {}

    def read_until(self, enough: Callable[[], bool], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not enough():
            assert time.monotonic() < deadline, f"{self.accepted.total()} rows, {len(self.letters)} letters, no more"
            for message in self._consumer.consume(1000, 0.05):
                assert message.error() is None
                if message.topic() == REQUESTS:
                    self._add(BATCHES.decode(message.value(), message.headers()))
                else:
                    letter = decode_dead_letter(message.value(), message.headers())
                    self.letters[letter.partition, letter.offset] = letter.payload

    def _add(self, batch: Batch) -> None:
        place = batch.segment, str(batch.source)
        column = batch.texts["request_id"]
        offsets, indexes = np.frombuffer(batch.offsets, "<i8"), np.frombuffer(batch.indexes, "<i4")
        codes = np.frombuffer(column.codes, "<i4")
        for row in zip(offsets.tolist(), indexes.tolist(), codes.tolist(), strict=True):
            if row[:2] > self._highest.get(place, (-1, -1)):
                self._highest[place] = row[:2]
                self.accepted[column.values[row[2]]] += 1
            else:
                self.repeated += 1


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[KafkaConnection]:
    """A fresh embedded broker with all topics."""
    broker = EmbeddedBroker(tmp_path)
    with subprocess.Popen(broker.command(), **broker.popen_options()) as process:
        try:
            kafka = KafkaSettings(bootstrap_servers=broker.bootstrap_servers, partitions=PARTITIONS)
            _prepare(Settings(kafka=kafka, ingest=IngestSettings(topics=(TOPIC,))))
            yield KafkaConnection(broker.bootstrap_servers)
        finally:
            process.kill()


def _prepare(settings: Settings) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            bootstrap.prepare_topics(settings)
        except Transient:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        else:
            return


@pytest.fixture
def ingest(cluster: KafkaConnection, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Starts `coagent ingest`; what is left of it is killed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COAGENT_")} | {
        "COAGENT_DATA_DIR": str(tmp_path / "data"),
        "COAGENT_KAFKA__BOOTSTRAP_SERVERS": cluster.bootstrap_servers,
        "COAGENT_KAFKA__PARTITIONS": str(PARTITIONS),
        "COAGENT_INGEST__COMMIT_S": str(COMMIT_S),
        "COAGENT_KAFKA__SESSION_TIMEOUT_MS": str(SESSION_TIMEOUT_MS),
    }
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        started.append(subprocess.Popen([sys.executable, "-m", "coagent", "ingest"], env=environment))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


def test_every_record_counts_once_although_ingest_is_killed_again_and_again(
    cluster: KafkaConnection, ingest: Callable[[], subprocess.Popen[bytes]]
):
    chance, traffic, downstream = random.Random(SEED), Traffic(cluster), Downstream(cluster)
    traffic.start()
    for _ in range(KILLS):
        process, before = ingest(), downstream.accepted.total()
        downstream.read_until(lambda before=before: downstream.accepted.total() > before)
        moment = time.monotonic() + chance.uniform(0, 1.5)
        downstream.read_until(lambda moment=moment: time.monotonic() > moment)
        process.kill()
        assert process.wait() == -signal.SIGKILL
    traffic.stop()
    last, sent = ingest(), traffic.sent
    downstream.read_until(
        lambda: downstream.accepted.total() >= len(sent.ids) and len(downstream.letters) >= len(sent.bad)
    )
    last.terminate()
    assert last.wait(30) == 0

    assert Counter(sent.ids) == downstream.accepted
    assert sorted(sent.bad) == sorted(downstream.letters.values())
    assert downstream.repeated > 0, "no kill hit between sending and committing: the test shows nothing"
    assert traffic.messages == _committed(cluster)
    sent_in_all = traffic.messages + 2 * sent.skippable  # three spans in each of those messages
    assert sent_in_all == downstream.accepted.total() + sent.skippable + len(downstream.letters)


def _committed(cluster: KafkaConnection) -> int:
    """Messages that the group is done with, over all partitions."""
    admin = AdminClient(cluster.config())
    places = [TopicPartition(TOPIC, number) for number in range(PARTITIONS)]
    [future] = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions("coagent-ingest", places)]).values()
    return sum(place.offset for place in future.result().topic_partitions)
