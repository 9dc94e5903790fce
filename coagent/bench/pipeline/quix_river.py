"""A rival: Quix Streams with the same four ADWIN a segment, where it is installed."""

import os
import sys
import tempfile
from importlib import import_module

import msgspec

from coagent.bench.intake.measurement import Measurement, Stopwatch, Task
from coagent.bench.pipeline.faust_river import Detectors
from coagent.bench.pipeline.rivals import QUIX_HOME
from coagent.bootstrap.kafka import kafka_connection
from coagent.ingest.record import Record
from coagent.settings import Settings

LOOK_EVERY = 1_000
"""Records; so the time in which it leaves its group does not count."""


def measure_quix_river(task: Task) -> Measurement:
    """Records a second after the first; it decodes and updates, and keeps no state beside memory."""
    sys.path += [os.environ[QUIX_HOME]] if QUIX_HOME in os.environ else []
    quix = import_module("quixstreams")
    servers = kafka_connection(Settings()).bootstrap_servers
    with tempfile.TemporaryDirectory() as directory:
        app = quix.Application(
            broker_address=servers, consumer_group=f"coagent-bench-{os.getpid()}", auto_offset_reset="earliest",
            state_dir=directory, loglevel="WARNING",
        )  # fmt: skip
        return _run(app, task)


def _run(app: object, task: Task) -> Measurement:
    decode, detectors, watch, count = msgspec.json.Decoder(Record, strict=False).decode, Detectors(), Stopwatch(), 0
    measured = watch.measured(0)

    def take(value: bytes) -> None:
        nonlocal count, measured
        if count == 0:
            watch.restart()
        detectors.update(decode(value))
        count += 1
        if count % LOOK_EVERY == 0 or count == task.messages:
            measured = watch.measured(count)

    topic = app.topic(task.topic, value_deserializer="bytes")  # type: ignore[attr-defined]
    app.dataframe(topic).update(take)  # type: ignore[attr-defined]
    app.run(count=task.messages, timeout=task.seconds)  # type: ignore[attr-defined]
    return measured
