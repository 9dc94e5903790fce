"""`coagent bench pipeline`: embedded broker, ingest and worker under a live fleet's requests."""

import os
import tempfile
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from coagent import bootstrap
from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.tail import Tail
from coagent.bench.pipeline.lateness import Lateness
from coagent.bench.pipeline.processes import COMMANDS, Processes, processes
from coagent.bench.pipeline.traffic import FleetTraffic
from coagent.domain.errors import Fatal, Transient
from coagent.domain.rollup import Rollup
from coagent.domain.topics import ROLLUPS
from coagent.settings import Settings

READY_WITHIN_S = 180.0
DRAIN_WITHIN_S = 120.0
SEND_EVERY_S = 0.1
LOOK_EVERY_S = 2.0
SESSION_MS = 3000
"""As `coagent up` sets it beside its embedded broker."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fleet:
    """What is sent: a request a second of each account, for `seconds`."""

    accounts: int
    streams: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Look:
    """Messages that wait for a process, and the age of the oldest request that no rollup counts."""

    ingest_lag: int
    worker_lag: int
    rollup_late_s: float


@dataclass(slots=True)
class Measured:
    """`cpu_s` by process while requests came; `drain_s` from the last request until all were counted, None where they
    were not in time; `load` as the system's average over a minute.
    """

    fleet: Fleet
    load: float
    sent: int = 0
    counted: int = 0
    rollups: int = 0
    drain_s: float | None = None
    cpu_s: Mapping[str, float] = field(default_factory=dict)
    looks: list[Look] = field(default_factory=list)


def measure_pipeline(fleet: Fleet, progress: Callable[[str], None]) -> Measured:
    """Raises Fatal where a process ends or does not begin to work."""
    with tempfile.TemporaryDirectory() as directory, processes(Path(directory)) as running:
        servers = running.start_broker()
        kafka = Settings().kafka.model_copy(update={"bootstrap_servers": servers, "session_timeout_ms": SESSION_MS})
        run = _Run(Settings().model_copy(update={"kafka": kafka}), fleet, running)
        progress("starting ingest and worker")
        run.begin()
        progress(f"{fleet.accounts:,} accounts on {fleet.streams:,} streams, {fleet.seconds:.0f} s")
        run.send()
        progress("waiting until all is counted")
        run.drain()
        return run.measured


class _Run:
    def __init__(self, settings: Settings, fleet: Fleet, running: Processes) -> None:
        self.measured = Measured(fleet, os.getloadavg()[0])
        self._settings, self._fleet, self._running = settings, fleet, running
        self._traffic = FleetTraffic(fleet.accounts, fleet.streams)

    def begin(self) -> None:
        """Returns when a first request of each stream is counted."""
        _until_up(self._settings)
        for name in COMMANDS:
            self._running.start(name, self._environment())
        connection = bootstrap.kafka_connection(self._settings)
        self._producer = BatchProducer(connection, "coagent-bench")
        self._rollups, self._lateness = Tail(connection, [ROLLUPS], from_beginning=True), Lateness()
        self._send(self._fleet.streams)
        if not self._until_counted(READY_WITHIN_S):
            raise Fatal(f"nothing was counted within {READY_WITHIN_S:.0f} s: see `coagent up` for what is wrong")

    def send(self) -> None:
        """Live, at the rate that the clock says."""
        before, began = self._running.cpu_s(), time.monotonic()
        first, looked_at = self.measured.sent, began
        while (now := time.monotonic()) < began + self._fleet.seconds:
            self._send(first + int((now - began) * self._fleet.accounts) - self.measured.sent)
            if now - looked_at >= LOOK_EVERY_S:
                looked_at = now
                self._look()
            self._read()
        after = self._running.cpu_s()
        self.measured.cpu_s = {name: after[name] - spent for name, spent in before.items()}
        self.measured.rollups = self._lateness.records

    def drain(self) -> None:
        began = time.monotonic()
        if self._until_counted(DRAIN_WITHIN_S):
            self.measured.drain_s = time.monotonic() - began
        self.measured.counted = self._lateness.counted
        self._rollups.close()

    def _send(self, count: int) -> None:
        topic = self._settings.ingest.topics[0]
        self._producer.send(Record(topic, None, value) for value in self._traffic.requests(count, time.time()))
        self._producer.poll()
        self.measured.sent += count
        self._lateness.note_sent(self.measured.sent, time.monotonic())

    def _read(self) -> None:
        for message in self._rollups.read(SEND_EVERY_S):
            rollup = decode_event(message.value(), message.headers())
            if isinstance(rollup, Rollup):
                self._lateness.take(rollup)

    def _look(self) -> None:
        ingest, worker = (bootstrap.stage_lag(self._settings, name) for name in ("ingest", "worker"))
        self.measured.looks.append(Look(ingest, worker, self._lateness.seconds(time.monotonic())))

    def _until_counted(self, within_s: float) -> bool:
        give_up = time.monotonic() + within_s
        while time.monotonic() < give_up:
            self._running.cpu_s()
            self._read()
            if self._lateness.counted == self.measured.sent:
                return True
        return False

    def _environment(self) -> dict[str, str]:
        kafka = self._settings.kafka
        return {
            "COAGENT_DATA_DIR": str(self._running.directory / "data"),
            "COAGENT_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap_servers or "",
            "COAGENT_KAFKA__SESSION_TIMEOUT_MS": str(kafka.session_timeout_ms),
        }


def _until_up(settings: Settings) -> None:
    give_up = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            bootstrap.prepare_topics(settings)
        except Transient:
            if time.monotonic() > give_up:
                raise
            time.sleep(0.1)
        else:
            return
