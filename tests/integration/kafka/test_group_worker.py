"""Endpoints in the stream worker: requests to evidence to alarms of each that moved, whatever dies in between."""

import signal
import time
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from confluent_kafka import Message

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.internal_codec import BATCHES, CANDIDATES, EVIDENCE
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.domain import topics
from coagent.domain.batch import Batch, Source
from coagent.domain.candidate import Candidate
from coagent.domain.evidence import Evidence
from coagent.domain.segment import Segment
from tests.integration.kafka.reading import PARTITIONS, reader
from tests.integration.kafka.worker import Worker

ENDPOINTS, BEFORE, AFTER, ROWS = 8, 10, 20, 30
MOVED_SD = 0.35
"""So little that no endpoint alone passes its threshold, enough for all together."""

MOST_S = 8.0
"""A turn is waited for at most: before endpoints know of each other they send no evidence."""


def turn(provider: str, number: int) -> list[Record]:
    """A batch of each endpoint; from turn BEFORE on, every answer of all of them is less sure."""
    rng = np.random.default_rng([3, number])
    first = number * ROWS
    offsets = np.arange(first, first + ROWS, dtype="<i8")
    reported = []
    for endpoint in range(ENDPOINTS):
        logprob = -np.exp(0.3 * (rng.standard_normal(ROWS) + (MOVED_SD if number >= BEFORE else 0.0)))
        batch = Batch(
            segment=Segment(provider, "model", f"host-{endpoint}"),
            source=Source("main", "llm.telemetry", endpoint),
            rows=ROWS,
            first_offset=first,
            last_offset=first + ROWS - 1,
            offsets=offsets.tobytes(),
            indexes=np.zeros(ROWS, "<i4").tobytes(),
            numbers={"time_s": (1.8e9 + offsets).astype("<f8").tobytes(), "mean_logprob": logprob.tobytes()},
            texts={},
        )
        reported.append(Record(topics.REQUESTS, batch.segment.key(), BATCHES.encode(batch), BATCHES.headers))
    return reported


class Reported:
    """What is reported of one provider."""

    def __init__(self, provider: str, cluster: KafkaConnection, worker: Worker) -> None:
        self._provider, self._worker = provider, worker
        self._consumer = reader(cluster, [topics.EVIDENCE, topics.CANDIDATES])
        self.evidence, self.raised = list[Evidence](), list[Candidate]()

    def look(self) -> None:
        assert self._worker.running, self._worker.log_file.read_text()[-3000:]
        for message in self._consumer.consume(1_000, 0.3):
            if message.error() is None:
                self._note(message)

    def _note(self, message: Message) -> None:
        if message.topic() == topics.EVIDENCE:
            evidence = EVIDENCE.decode(message.value(), message.headers())
            self.evidence += [evidence] if evidence.stream.provider == self._provider else []
            return
        candidate = CANDIDATES.decode(message.value(), message.headers())
        self.raised += (
            [candidate] if (candidate.segment.provider, candidate.phase) == (self._provider, "raised") else []
        )

    def all_reported(self, rows: int) -> bool:
        return len({one.stream for one in self.evidence if one.until >= rows}) == ENDPOINTS

    def look_until_reported(self, rows: int, deadline: float) -> None:
        while not (self.raised or self.all_reported(rows)) and time.monotonic() < deadline:
            self.look()


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_endpoints_of_a_worker_that_is_killed_alarm_together(cluster: KafkaConnection, tmp_path: Path) -> None:
    provider, deadline = uuid4().hex, time.monotonic() + 240
    worker, producer = Worker("streams.app", cluster, tmp_path / "worker", PARTITIONS), BatchProducer(cluster, "test")
    worker.start()
    try:
        while not worker.has_partitions and time.monotonic() < deadline:
            time.sleep(0.2)
        reported = Reported(provider, cluster, worker)
        for number in range(BEFORE + AFTER):
            producer.send(turn(provider, number))
            producer.flush()
            reported.look_until_reported(ROWS * (number + 1), min(deadline, time.monotonic() + MOST_S))
            if number == BEFORE - 2:
                worker.signal(signal.SIGKILL)
                worker.start()
        for _ in range(10):
            reported.look()
    finally:
        worker.close()
    assert len({one.segment for one in reported.raised}) > 1
    assert len({one.id for one in reported.raised}) == len(reported.raised)
    assert {one.signal for one in reported.raised} == {"mean_logprob"}
