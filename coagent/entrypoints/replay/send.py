"""Lines to a topic, no faster than asked."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.progress import Progress

from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.bootstrap.kafka import kafka_connection
from coagent.settings import Settings

CHUNK = 25
PARTITION_KEY = b"replay"


@dataclass(frozen=True, slots=True)
class Sent:
    """How many records went out where, and how many were left out because they are not read."""

    records: int
    topic: str
    left_out: int = 0

    def __str__(self) -> str:
        """In one sentence.

        >>> str(Sent(2, "llm.telemetry", 1))
        'sent 2 records to llm.telemetry; 1 that cannot be read left out'
        """
        said = f"sent {self.records:,} record{'' if self.records == 1 else 's'} to {self.topic}"
        return f"{said}; {self.left_out:,} that cannot be read left out" if self.left_out else said


def send_all(
    settings: Settings,
    topic: str,
    lines: Sequence[bytes],
    console: Console,
    *,
    client: str,
    rows_per_s: float | None = None,
) -> int:
    """With a bar on `console`; the number of records, all of which Kafka has taken. Raises Transient, Fatal."""
    producer = BatchProducer(kafka_connection(settings), client)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("sent", total=len(lines))
        send(producer, topic, lines, rows_per_s=rows_per_s, progress=lambda rows: bar.advance(task, rows))
    return len(lines)


def send(
    producer: BatchProducer,
    topic: str,
    lines: Sequence[bytes],
    *,
    rows_per_s: float | None,
    progress: Callable[[int], None],
    stopped: Callable[[], bool] = lambda: False,
) -> None:
    """In order, all under one key: one partition keeps the order.

    Raises Transient where Kafka does not take one of them; ends early, without waiting for Kafka, once `stopped`.
    """
    began, deliveries = time.monotonic(), []
    for start in range(0, len(lines), CHUNK):
        chunk = lines[start : start + CHUNK]
        deliveries.append(producer.send(Record(topic, PARTITION_KEY, line) for line in chunk))
        due_s = (start + len(chunk)) / rows_per_s if rows_per_s else 0.0
        time.sleep(max(0.0, began + due_s - time.monotonic()))
        producer.poll()
        progress(len(chunk))
        if stopped():
            return
    producer.flush()
    for delivery in deliveries:
        delivery.raise_refused()
