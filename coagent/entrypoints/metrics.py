"""What ingest, sink, agent and `coagent up` say of themselves at a scrape."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol, cast

from coagent.adapters.kafka.ingest_session import IngestSession
from coagent.adapters.kafka.sink_session import SinkSession
from coagent.adapters.metrics import declared
from coagent.adapters.metrics.declared import Metric
from coagent.adapters.metrics.server import Sample
from coagent.entrypoints.supervisor.supervisor import ChildState


class IngestCounts(Protocol):
    """`coagent.steps.ingest.IngestCounts`."""

    @property
    def overflowed(self) -> int: ...
    @property
    def skipped(self) -> Counter[str]: ...
    @property
    def rejected(self) -> Counter[str]: ...
    @property
    def noted(self) -> Counter[str]: ...


def ingest_samples(session: IngestSession | None = None) -> Iterator[Sample]:
    """Of the current session; nothing before the first."""
    if session is None:
        return
    sent, counts = session.counters, cast("IngestCounts", session.step_counts)
    yield Sample(declared.INGEST_MESSAGES, sent.messages)
    yield Sample(declared.INGEST_ROWS, sent.rows)
    yield Sample(declared.INGEST_BATCHES, sent.batches)
    yield Sample(declared.INGEST_OVERFLOWED, counts.overflowed)
    yield Sample(declared.INGEST_WAITING, session.waiting)
    yield from _by_label(declared.INGEST_SKIPPED, counts.skipped)
    yield from _by_label(declared.INGEST_REJECTED, counts.rejected)
    yield from _by_label(declared.INGEST_NOTED, counts.noted)


WHYS = ("undecodable", "unacceptable")


def sink_samples(session: SinkSession | None = None) -> Iterator[Sample]:
    """The same of the sink."""
    if session is None:
        return
    counters = dict(session.counters)
    yield Sample(declared.SINK_RETRIES, counters.pop("retries", 0))
    yield from (Sample(declared.SINK_REFUSED, counters.pop(why, 0), (why,)) for why in WHYS)
    yield from _by_label(declared.SINK_VALUES, counters)


@dataclass
class AgentCounts:
    """Of the agent's jobs by name; `waits` are the newest values of what is looked up every few seconds."""

    runs: Counter[str] = field(default_factory=Counter)
    done: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    waits: list[Sample] = field(default_factory=list)

    def samples(self) -> Iterator[Sample]:
        yield from _by_label(declared.AGENT_RUNS, self.runs)
        yield from _by_label(declared.AGENT_DONE, self.done)
        yield from _by_label(declared.AGENT_FAILURES, self.failures)
        yield from self.waits


def up_samples(children: Iterable[ChildState]) -> Iterator[Sample]:
    """Of `coagent up`."""
    for child in children:
        yield Sample(declared.UP_CHILDREN, child.runs, (child.name,))
        yield Sample(declared.UP_RESTARTS, child.restarts, (child.name,))


def _by_label(metric: Metric, counts: Mapping[str, int]) -> Iterator[Sample]:
    for label, count in dict(counts).items():
        yield Sample(metric, count, (label,))
