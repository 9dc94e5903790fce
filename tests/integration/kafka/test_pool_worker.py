"""The pool in the stream worker: requests to evidence to a candidate, no batch left out, whatever dies."""

import signal
import time
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.internal_codec import BATCHES, CANDIDATES, EVIDENCE
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.domain.batch import Batch, Source
from coagent.domain.candidate import Candidate
from coagent.domain.segment import ALL, Segment
from coagent.domain.topics import CANDIDATES as CANDIDATES_TOPIC
from coagent.domain.topics import EVIDENCE as EVIDENCE_TOPIC
from coagent.domain.topics import REQUESTS
from tests.integration.kafka.reading import PARTITIONS, reader
from tests.integration.kafka.worker import Worker

TENANTS, BATCHES_BEFORE, BATCHES_AFTER, ROWS = 6, 12, 6, 30
WARM_ROWS = 90
MOVED_SD = 0.7
"""Too little for a tenant's own few rows, soon enough for all of them together."""


def _batches(provider: str) -> list[Record]:
    """Tenants take turns; from some batch on, every answer of all of them is less sure."""
    rng, told = np.random.default_rng(3), []
    for turn in range(BATCHES_BEFORE + BATCHES_AFTER):
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
    return told


@pytest.mark.slow
@pytest.mark.timeout(240)
def test_a_worker_that_is_killed_leaves_no_row_out_of_its_pool(cluster: KafkaConnection, tmp_path: Path) -> None:
    provider = uuid4().hex
    worker = Worker("streams.app", cluster, tmp_path / "worker", PARTITIONS)
    producer, consumer = BatchProducer(cluster, "test"), reader(cluster, [EVIDENCE_TOPIC, CANDIDATES_TOPIC])
    rows: dict[tuple[str | None, int], int] = {}
    pooled: list[Candidate] = []

    def look() -> None:
        for message in consumer.consume(10_000, 0.3):
            if message.error() is None and message.topic() == EVIDENCE_TOPIC:
                evidence = EVIDENCE.decode(message.value(), message.headers())
                if evidence.segment.provider == provider:
                    rows[evidence.segment.tenant, evidence.first] = evidence.rows
            elif message.error() is None:
                candidate = CANDIDATES.decode(message.value(), message.headers())
                if candidate.segment.provider == provider and candidate.pooled:
                    pooled.append(candidate)

    records = _batches(provider)
    half = TENANTS * BATCHES_BEFORE
    worker.start()
    try:
        producer.send(records[:half])
        producer.flush()
        while not rows:
            assert worker.running, worker.log_file.read_text()[-3000:]
            look()
        worker.signal(signal.SIGKILL)
        producer.send(records[half:])
        producer.flush()
        worker.start()
        deadline = time.monotonic() + 120
        while not (pooled and _whole(rows)) and time.monotonic() < deadline:
            assert worker.running, worker.log_file.read_text()[-3000:]
            look()
    finally:
        worker.close()
    assert _whole(rows)
    assert pooled[0].segment == Segment(provider, "model", tenant=ALL)
    assert [one.signal for one in pooled[0].evidence if one.alarmed] == ["mean_logprob"]
    assert len({one.id for one in pooled if one.phase == "raised"}) == 1


def _whole(rows: dict[tuple[str | None, int], int]) -> bool:
    """Whether each tenant told of every row from its warm-up to the change."""
    before = {
        (f"tenant-{tenant}", first): ROWS
        for tenant in range(TENANTS)
        for first in range(WARM_ROWS, BATCHES_BEFORE * ROWS, ROWS)
    }
    return before.items() <= rows.items()
