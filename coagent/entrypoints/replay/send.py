"""Lines to a topic, no faster than asked."""

import time
from collections.abc import Callable, Sequence

from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record

CHUNK = 25
PARTITION_KEY = b"replay"


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
