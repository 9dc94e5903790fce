"""Telemetry topics to `coagent.requests.v2`: read, let the step make batches, send, commit what Kafka has taken."""

import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from threading import Event
from typing import Protocol

from coagent.adapters.kafka.consumer import PartitionedConsumer
from coagent.adapters.kafka.dead_letter_codec import encode_dead_letter
from coagent.adapters.kafka.intake_reports import IntakeReports
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.producer import BatchProducer, Delivery
from coagent.adapters.kafka.record import Record
from coagent.adapters.pulse import Pulse
from coagent.domain.batch import Batch, Source
from coagent.domain.errors import Transient
from coagent.domain.intake import TopicIntake
from coagent.domain.rejected import DeadLetter
from coagent.domain.topics import REQUESTS

log = logging.getLogger(__name__)

READ_MESSAGES = 10_000
READ_TIMEOUT_S = 0.05
MANY_MESSAGES = READ_MESSAGES // 2
"""So many at once are a backlog: live they would be 100,000 a second.
"""
LOG_EVERY_S = 60.0
MOST_WAITING, MOST_WAITING_BYTES = 2_000, 256 << 20
"""Records that Kafka has not yet taken, and bytes since the oldest of them; beyond, nothing more is read."""


class IngestStep(Protocol):
    """Raw records in, batches out (`coagent.steps.ingest`). `counts` says by reason what was skipped and rejected."""

    @property
    def counts(self) -> object: ...
    def intake(self) -> list[TopicIntake]: ...
    def feed(self, source: Source, records: Sequence[tuple[int, bytes]], at_s: float) -> None: ...
    def take(self, at_s: float, everything: bool = False, is_behind: bool = False) -> list[Batch]: ...
    def take_dead_letters(self) -> list[DeadLetter]: ...
    def committable(self) -> dict[Source, int]: ...
    def forget(self, source: Source) -> None: ...


@dataclass(frozen=True)
class _Flight:
    """What was handed to Kafka, and the offsets that may be committed when it and all before it have been taken."""

    delivery: Delivery
    size_bytes: int
    offsets: Mapping[Source, int]


@dataclass
class IngestCounters:
    """Since the session began."""

    messages: int = 0
    rows: int = 0
    batches: int = 0
    dead_letters: int = 0


class IngestSession:
    """Runs one step on one membership of the group; `clock` returns epoch seconds, `run` names the session's counts.

    Offsets are committed every `commit_s` seconds at most.
    """

    def __init__(
        self,
        open_consumer: Callable[[Callable[[], None], Callable[[], None]], PartitionedConsumer],
        producer: BatchProducer,
        step: IngestStep,
        clock: Callable[[], float],
        run: str,
        *,
        commit_s: float,
        pulse: Pulse | None = None,
    ) -> None:
        self._commit_s = commit_s
        self._pulse = pulse or Pulse()
        self.counters = IngestCounters()
        self._step = step
        self._clock = clock
        self._now = 0.0
        self._reports = IntakeReports(run, self._tick())
        self._producer = producer
        self._flights: deque[_Flight] = deque()
        self._landed: dict[Source, int] = {}
        self._committed: dict[Source, int] = {}
        self._committed_at = self._flown_at = 0.0
        self._consumer = open_consumer(self._hand_over_all, self._forget)

    def run(self, stop: Event) -> None:
        """Until `stop` is set; then everything read is sent and committed. Raises Transient, ReplacedCluster."""
        try:
            logged_at = self._tick()
            while not stop.is_set():
                self.turn()
                if self._tick() - logged_at >= LOG_EVERY_S:
                    logged_at = self._tick()
                    self._log()
            self._hand_over_all()
            self._log()
        except Transient:
            self._producer.abandon()
            raise
        finally:
            self._forget()  # after a failure nothing more may be committed: closing revokes
            self._consumer.close()

    def turn(self) -> None:
        """One round of the loop."""
        if self._producer.waiting > MOST_WAITING or self._bytes_waiting > MOST_WAITING_BYTES:
            self._producer.poll(READ_TIMEOUT_S)
        else:
            is_behind = self._read() >= MANY_MESSAGES
            self._send(
                self._step.take(self._tick(), is_behind=is_behind), self._reports.due(self._step.intake, self._tick())
            )
        self._land(wait=False)
        self._pulse.got_on()

    @property
    def step_counts(self) -> object:
        """By reason what was skipped, rejected and noted since the session began."""
        return self._step.counts

    @property
    def waiting(self) -> int:
        """Records that Kafka has not yet taken."""
        return self._producer.waiting

    @property
    def _bytes_waiting(self) -> int:
        return sum(flight.size_bytes for flight in self._flights)

    def _read(self) -> int:
        """How many messages."""
        before = self.counters.messages
        for source, messages in self._consumer.read(READ_MESSAGES, READ_TIMEOUT_S):
            records = [(message.offset(), message.value() or b"") for message in messages]
            self._step.feed(source, records, self._tick())
            self.counters.messages += len(records)
        return self.counters.messages - before

    def _send(self, batches: Sequence[Batch], counts: Sequence[Record]) -> None:
        letters = self._step.take_dead_letters()
        due = self._tick() - self._flown_at >= self._commit_s
        if not batches and not letters and not counts and not due:
            return
        records = [Record(REQUESTS, batch.segment.key(), BATCHES.encode(batch), BATCHES.headers) for batch in batches]
        records += [*map(encode_dead_letter, letters), *counts]
        size_bytes = sum(len(record.value) for record in records)
        self._flights.append(_Flight(self._producer.send(records), size_bytes, self._step.committable()))
        self._flown_at = self._tick()
        self.counters.batches += len(batches)
        self.counters.rows += sum(batch.rows for batch in batches)
        self.counters.dead_letters += len(letters)

    def _land(self, *, wait: bool) -> None:
        """Commits the newest offsets before which nothing is on its way any more."""
        self._producer.poll()
        while self._flights and self._flights[0].delivery.done:
            self._landed |= self._flights.popleft().offsets
        due = wait or self._tick() - self._committed_at >= self._commit_s
        fresh = {source: offset for source, offset in self._landed.items() if self._committed.get(source) != offset}
        if due and fresh:
            self._consumer.commit(fresh, wait=wait)
            self._committed |= fresh
            self._committed_at = self._tick()

    def _hand_over_all(self) -> None:
        """Before partitions go to another member, and at the end."""
        batches = self._step.take(self._tick(), everything=True)
        self._send(batches, self._reports.news(self._step.intake(), self._tick()))
        self._producer.flush()
        self._land(wait=True)
        self._forget()

    def _log(self) -> None:
        sent = self.counters
        log.info(
            "ingest: sent %d rows in %d batches, and %d dead letters; %s",
            sent.rows, sent.batches, sent.dead_letters, self._step.counts,
        )  # fmt: skip

    def _forget(self) -> None:
        """What is not yet committed is read again, by this member or another."""
        for source in self._step.committable():
            self._step.forget(source)
        self._flights.clear()
        self._landed = {}
        self._committed = {}

    def _tick(self) -> float:
        """Never going back, whatever is done to the machine's clock."""
        self._now = max(self._now, self._clock())
        return self._now
