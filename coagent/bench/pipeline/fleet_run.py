"""One fleet's requests through ingest and workers on one broker."""

import os
import time
from concurrent.futures import Future, ThreadPoolExecutor

from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.earlier_requests import CHANGELOG
from coagent.adapters.kafka.internal_codec import CANDIDATES as CANDIDATES_CODEC
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.tail import Tail
from coagent.bench.intake.measurement import Measurement
from coagent.bench.pipeline.lateness import Lateness
from coagent.bench.pipeline.measured import Look
from coagent.bench.pipeline.plan import Fleet
from coagent.bench.pipeline.processes import Processes
from coagent.bench.pipeline.traffic import FleetTraffic
from coagent.bootstrap.kafka import kafka_connection, prepare_topics
from coagent.bootstrap.lag import stage_lag
from coagent.domain.candidate import Candidate
from coagent.domain.errors import Fatal
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.domain.topics import CANDIDATES, ROLLUPS
from coagent.settings import Settings

READY_WITHIN_S = 180.0
DRAIN_WITHIN_S = 120.0
BACKLOG_WITHIN_S = 900.0
SEND_EVERY_S = 0.1
SEND_AT_ONCE = 20_000
LOOK_EVERY_S = 2.0


class FleetRun:
    """`begin`, then `send` and `drain`, or `work_off`; `close` at the end."""

    def __init__(self, settings: Settings, fleet: Fleet, running: Processes, workers: int = 1) -> None:
        self._settings, self._fleet, self._running = settings, fleet, running
        self._names = {"ingest": "ingest", "worker": "worker"} | {
            f"worker-{n}": "worker" for n in range(2, workers + 1)
        }
        self._traffic = FleetTraffic(fleet.accounts, fleet.streams)
        self._changed_at = 0.0
        self._looking = ThreadPoolExecutor(1, "looking")
        self._look: Future[tuple[int, int, float]] | None = None
        self.looks = list[Look]()
        self.lateness = Lateness()
        self.sent = 0
        self.candidate_ages_s: dict[Segment, float] = {}

    def begin(self) -> None:
        """Returns when a first request of each stream is counted and the processes have nothing left to do."""
        prepare_topics(self._settings)
        for name, command in self._names.items():
            self._running.start(name, command, self._environment())
        connection = kafka_connection(self._settings)
        self._producer = BatchProducer(connection, "coagent-bench")
        self._tail = Tail(connection, [ROLLUPS, CANDIDATES], from_beginning=True)
        self._send(self._traffic.requests(self._fleet.streams, time.time()))
        if not self.until_counted(READY_WITHIN_S):
            raise Fatal(f"nothing was counted within {READY_WITHIN_S:.0f} s: see `coagent up` for what is wrong")
        self._running.until_idle()
        self._changelog = Tail(connection, [CHANGELOG], from_beginning=False)

    def send(self, per_s: float, seconds: float) -> dict[str, float]:
        """Live, at the rate that the clock says; half-way all streams change. Processor time by process."""
        before, began = self._running.cpu_s(), time.monotonic()
        first, looked_at = self.sent, began
        while (now := time.monotonic()) < began + seconds:
            if now > began + seconds / 2 and not self._changed_at:
                self._change()
            self._send(self._traffic.requests(first + int((now - began) * per_s) - self.sent, time.time()))
            if now - looked_at >= LOOK_EVERY_S and self._look_taken():
                looked_at = now
            self._read()
        return self._spent_since(before)

    def work_off(self, records: int) -> tuple[Measurement, dict[str, float]]:
        """Sends so many as fast as it goes; from the first until all are counted. Raises Fatal where they are not."""
        chunks = [
            self._traffic.requests(min(SEND_AT_ONCE, records - n), time.time()) for n in range(0, records, SEND_AT_ONCE)
        ]
        before, began = self._running.cpu_s(), time.perf_counter()
        for chunk in chunks:
            self._send(chunk)
        if not self.until_counted(BACKLOG_WITHIN_S):
            raise Fatal(f"{self.lateness.counted:,} of {self.sent:,} are counted in {BACKLOG_WITHIN_S:.0f} s")
        seconds, spent = time.perf_counter() - began, self._spent_since(before)
        return Measurement(records=records, seconds=seconds, cpu_s=sum(spent.values())), spent

    def drain(self) -> float | None:
        """Seconds until all are counted, None where they are not in time."""
        began = time.monotonic()
        return time.monotonic() - began if self.until_counted(DRAIN_WITHIN_S) else None

    def changelog_bytes(self) -> int:
        """Of what was written since the beginning or the last call; not the last checkpoint, where it is not over."""
        size = 0
        while states := self._changelog.read(1.0):
            size += sum(len(one.value() or b"") for one in states)
        return size

    def until_counted(self, within_s: float) -> bool:
        give_up = time.monotonic() + within_s
        while time.monotonic() < give_up:
            self._running.cpu_s()
            self._read()
            if self.lateness.counted == self.sent:
                return True
        return False

    def close(self) -> None:
        self._looking.shutdown()
        self._changelog.close()
        self._tail.close()

    def _spent_since(self, before: dict[str, float]) -> dict[str, float]:
        return {name: spent - before[name] for name, spent in self._running.cpu_s().items()}

    def _change(self) -> None:
        self._traffic.change()
        self._changed_at = time.time()

    def _send(self, values: list[bytes]) -> None:
        topic = self._settings.ingest.topics[0]
        self._producer.send(Record(topic, None, value) for value in values)
        self._producer.poll()
        self.sent += len(values)
        self.lateness.note_sent(self.sent, time.monotonic())

    def _read(self) -> None:
        for message in self._tail.read(SEND_EVERY_S):
            if message.topic() == ROLLUPS:
                self._take(decode_event(message.value(), message.headers()))
            else:
                self._note_candidate(CANDIDATES_CODEC.decode(message.value(), message.headers()))
        self.lateness.note_counted(time.monotonic())

    def _take(self, value: object) -> None:
        if isinstance(value, Rollup):
            self.lateness.take(value)

    def _note_candidate(self, candidate: Candidate) -> None:
        raised_at = candidate.raised.time.timestamp()
        if self._changed_at and raised_at >= self._changed_at:
            self.candidate_ages_s.setdefault(candidate.segment, time.time() - raised_at)

    def _look_taken(self) -> bool:
        """In a thread of its own: asking takes longer than it may be waited for between requests."""
        if self._look is None:
            self._look = self._looking.submit(self._looked)
            return False
        if not self._look.done():
            return False
        ingest, worker, memory_mb = self._look.result()
        self.looks.append(Look(ingest, worker, self.lateness.seconds(time.monotonic()), memory_mb))
        self._look = None
        return True

    def _looked(self) -> tuple[int, int, float]:
        lags = stage_lag(self._settings, "ingest"), stage_lag(self._settings, "worker")
        return *lags, sum(self._running.memory_mb().values())

    def _environment(self) -> dict[str, str]:
        kafka = self._settings.kafka
        return os.environ | {
            "COAGENT_DATA_DIR": str(self._running.directory / "data"),
            "COAGENT_KAFKA__BOOTSTRAP_SERVERS": kafka.bootstrap_servers or "",
            "COAGENT_KAFKA__SESSION_TIMEOUT_MS": str(kafka.session_timeout_ms),
        }
