"""Telemetry on a topic, as coagent's ingest makes batches of it, read back as rows."""

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
import numpy as np

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.bootstrap.ingest import analysis_ingest_step
from coagent.domain.batch import Batch, Source
from coagent.settings import IngestSettings, Settings
from coagent.steps.ingest import IngestCounts
from tests.integration.kafka.reading import reader


@dataclass(frozen=True)
class Ingested:
    """`wire`: the batches as they travel."""

    counts: IngestCounts
    rows: list[dict[str, Any]]
    wire: bytes


def read_values(cluster: KafkaConnection, topic: str, wanted: int, seconds: float = 20) -> list[bytes]:
    """The first `wanted` records of a topic and all that come with them."""
    consumer, values, deadline = reader(cluster, [topic]), [], time.monotonic() + seconds
    while len(values) < wanted:
        assert time.monotonic() < deadline, f"{len(values)} of {wanted} records after {seconds} s"
        values += [message.value() for message in consumer.consume(100, 0.1) if message.error() is None]
    values += [message.value() for message in consumer.consume(100, 0.3) if message.error() is None]
    consumer.close()
    return values


def ingested(values: Sequence[bytes]) -> Ingested:
    """What the ingest step makes of them, in the order of their time."""
    step = analysis_ingest_step(Settings(ingest=IngestSettings(hash_key="k", task_attribute="task")))
    step.feed(Source("test", "llm.telemetry", 0), list(enumerate(values)), time.time())
    batches = step.take(time.time(), everything=True)
    assert [] == step.take_dead_letters()
    rows = sorted((row for batch in batches for row in _rows(batch)), key=lambda row: row["time_s"])
    return Ingested(step.counts, rows, b"".join(BATCHES.encode(batch) for batch in batches))


def _rows(batch: Batch) -> list[dict[str, Any]]:
    """Known values alone."""
    rows: list[dict[str, Any]] = [msgspec.structs.asdict(batch.segment) for _ in range(batch.rows)]
    for name, column in batch.numbers.items():
        for row, number in zip(rows, np.frombuffer(column, "<f8").tolist(), strict=True):
            row.update({} if math.isnan(number) else {name: number})
    for name, texts in batch.texts.items():
        for row, code in zip(rows, np.frombuffer(texts.codes, "<i4").tolist(), strict=True):
            row.update({} if code < 0 else {name: texts.values[code]})
    return rows
