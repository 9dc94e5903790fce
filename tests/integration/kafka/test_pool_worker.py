"""The pool in the stream worker: requests to evidence to a candidate, no batch left out, whatever dies."""

import signal
import time
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from confluent_kafka import Message

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.internal_codec import BATCHES, CANDIDATES, DETECTORS, EVIDENCE
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.domain.batch import Batch, Source
from coagent.domain.candidate import Candidate
from coagent.domain.detector import Detectors
from coagent.domain.segment import ALL, Segment
from coagent.domain.topics import CANDIDATES as CANDIDATES_TOPIC
from coagent.domain.topics import DETECTORS as DETECTORS_TOPIC
from coagent.domain.topics import EVIDENCE as EVIDENCE_TOPIC
from coagent.domain.topics import REQUESTS
from tests.integration.kafka.reading import PARTITIONS, reader
from tests.integration.kafka.worker import Worker

TENANTS, BATCHES_BEFORE, BATCHES_AFTER, ROWS = 16, 12, 5, 30
WARM_ROWS = 90
MOVED_SD = 0.4
"""So little that no tenant carries the alarm alone, enough for all of them together."""


def _turns(provider: str) -> list[list[Record]]:
    """A batch of each tenant a turn; from some turn on, every answer of all of them is less sure."""
    rng, turns = np.random.default_rng(3), []
    for turn in range(BATCHES_BEFORE + BATCHES_AFTER):
        told = []
        for tenant in range(TENANTS):
            first = turn * ROWS
            offsets = np.arange(first, first + ROWS, dtype="<i8")
            moved = MOVED_SD if turn >= BATCHES_BEFORE else 0.0
            logprob = -np.exp(0.3 * (rng.standard_normal(ROWS) + moved))
            segment = Segment(provider, "model", tenant=f"tenant-{tenant}")
            batch = Batch(
                segment=segment,
                source=Source("main", "llm.telemetry", tenant),
                rows=ROWS,
                first_offset=first,
                last_offset=first + ROWS - 1,
                offsets=offsets.tobytes(),
                indexes=np.zeros(ROWS, "<i4").tobytes(),
                numbers={"time_s": (1.8e9 + offsets).astype("<f8").tobytes(), "mean_logprob": logprob.tobytes()},
                texts={},
            )
            told.append(Record(REQUESTS, segment.key(), BATCHES.encode(batch), BATCHES.headers))
        turns.append(told)
    return turns


class _Told:
    """What was told of one provider: rows of each message by tenant and first row, its pool's candidates, detectors."""

    def __init__(self, provider: str) -> None:
        self._provider = provider
        self.rows: dict[tuple[str | None, int], int] = {}
        self.pooled: list[Candidate] = []
        self.detectors: list[Detectors] = []

    def note(self, message: Message) -> None:
        if message.error() is not None:
            return
        if message.topic() == EVIDENCE_TOPIC:
            evidence = EVIDENCE.decode(message.value(), message.headers())
            if evidence.segment.provider == self._provider:
                self.rows[evidence.segment.tenant, evidence.first] = evidence.rows
        elif message.topic() == DETECTORS_TOPIC:
            detectors = DETECTORS.decode(message.value(), message.headers())
            if detectors.segment == Segment(self._provider, "model", tenant=ALL):
                self.detectors.append(detectors)
        else:
            candidate = CANDIDATES.decode(message.value(), message.headers())
            if candidate.segment.provider == self._provider and candidate.pooled:
                self.pooled.append(candidate)

    def whole(self, turns: int) -> bool:
        """Whether each tenant told of every row from its warm-up to the end of so many turns."""
        expected = {
            (f"tenant-{tenant}", first): ROWS
            for tenant in range(TENANTS)
            for first in range(WARM_ROWS, turns * ROWS, ROWS)
        }
        return expected.items() <= self.rows.items()


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_worker_that_is_killed_leaves_no_row_out_of_its_pool(cluster: KafkaConnection, tmp_path: Path) -> None:
    provider = uuid4().hex
    worker = Worker("streams.app", cluster, tmp_path / "worker", PARTITIONS)
    producer = BatchProducer(cluster, "test")
    consumer = reader(cluster, [EVIDENCE_TOPIC, CANDIDATES_TOPIC, DETECTORS_TOPIC])
    told = _Told(provider)

    def look() -> None:
        for message in consumer.consume(10_000, 0.3):
            told.note(message)

    def send(turns: list[list[Record]]) -> None:
        producer.send([record for turn in turns for record in turn])
        producer.flush()

    turns = _turns(provider)
    worker.start()
    try:
        send(turns[:BATCHES_BEFORE])
        while not told.rows:
            assert worker.running, worker.log_file.read_text()[-3000:]
            look()
        worker.signal(signal.SIGKILL)
        worker.start()
        deadline, sent = time.monotonic() + 150, BATCHES_BEFORE
        while not (told.pooled and told.whole(sent)) and time.monotonic() < deadline:
            assert worker.running, worker.log_file.read_text()[-3000:]
            if sent < len(turns) and told.whole(sent):  # tenants in step: partitions are read in any order
                send(turns[sent : sent + 1])
                sent += 1
            look()
    finally:
        worker.close()
    assert told.whole(sent)
    assert told.pooled[0].segment == Segment(provider, "model", tenant=ALL)
    assert [one.signal for one in told.pooled[0].evidence if one.alarmed] == ["mean_logprob"]
    assert len({one.id for one in told.pooled if one.phase == "raised"}) == 1
    assert {one.signal for one in told.detectors[0].detectors} == {"mean_logprob"}
