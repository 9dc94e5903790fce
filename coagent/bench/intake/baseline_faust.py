"""The baseline: a Faust agent that decodes and validates one record after the other.

It is given what makes it fast: raw bytes instead of Faust's own models, msgspec with the bounds of coagent's own
reader, no web server, no leader topic and no table.
"""

import signal
import tempfile
from collections.abc import Callable
from contextlib import suppress

import faust
import msgspec

from coagent.bench.intake.measurement import Measurement, Stopwatch, Task
from coagent.bootstrap.kafka import kafka_connection
from coagent.ingest.record import Record
from coagent.settings import Settings

WARM_RECORDS = 2_000
"""Left out, so that the rate is that of a running worker."""


AddAgent = Callable[[faust.App, Task, list[Measurement]], None]
"""Its agent reads the task's topic, adds what it measured, and ends the process."""


def measure_baseline(task: Task) -> Measurement:
    """Records a second of a real worker in steady state."""
    return run_app(task, _add_agent)


def run_app(task: Task, add_agent: AddAgent) -> Measurement:
    """What the agent measured."""
    measured: list[Measurement] = []
    with tempfile.TemporaryDirectory() as directory:
        app = _app(task, directory)
        add_agent(app, task, measured)
        worker = faust.Worker(app, loglevel="WARN", redirect_stdouts=False)
        with suppress(SystemExit):
            worker.execute_from_commandline()
    return measured[0]


def _app(task: Task, directory: str) -> faust.App:
    connection = kafka_connection(Settings())
    return faust.App(
        f"coagent-bench-{task.name}",
        broker=[f"kafka://{server.strip()}" for server in connection.bootstrap_servers.split(",")],
        datadir=directory,
        value_serializer="raw",
        topic_disable_leader=True,
        topic_partitions=task.partitions,
        web_enabled=False,
        stream_wait_empty=False,
        broker_session_timeout=6.0,
        broker_heartbeat_interval=1.5,
    )


def _add_agent(app: faust.App, task: Task, measured: list[Measurement]) -> None:
    decode = msgspec.json.Decoder(Record).decode

    @app.agent(app.topic(task.topic, value_type=bytes))
    async def read(values: faust.StreamT[bytes]) -> None:
        watch, count, last = Stopwatch(), 0, task.messages
        async for value in values:
            decode(value)
            count += 1
            if count == WARM_RECORDS:
                watch.restart()
            elif count > WARM_RECORDS and not measured and (count == last or watch.elapsed_s() > task.seconds):
                measured.append(watch.measured(count - WARM_RECORDS))
                signal.raise_signal(signal.SIGTERM)
