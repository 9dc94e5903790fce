"""Log files to a report: ingest, detect, confirm and advise in one process, in memory."""

from collections.abc import Iterator
from itertools import islice
from typing import Protocol

from coagent.advise import opportunities, usage_of
from coagent.domain.batch import Batch, Source
from coagent.domain.candidate import Candidate
from coagent.domain.evidence import Evidence, GroupNews
from coagent.domain.report import Report
from coagent.domain.segment import Segment
from coagent.domain.unit_price import Prices
from coagent.ports import RawRecord, RecordSource
from coagent.steps.confirm import Confirmed
from coagent.steps.group import GroupStep
from coagent.steps.ingest import IngestStep
from coagent.steps.record_counts import RecordCounts
from coagent.steps.report_builder import Tally
from coagent.steps.streams_in_memory import Streams

LOG = Source("file", "log", 0)
"""All files are one source, its offsets the running number of the line: a state keeps one offset, not one a file."""

LEAST_RECORDS, MOST_RECORDS, RECORDS_A_STREAM = 256, 65_536, 512
"""Lines handed on at once: enough that a stream's batch holds hundreds of rows, for a batch costs as much as 200 rows.
What they raise is judged in the order of its rows, whatever the stream.
"""
MOST_BYTES = 64 << 20
"""Of those lines; a single one may be longer than its share."""
ROLLED_UP_EVERY = 65_536
"""Lines between two looks at the minutes that changed: each keeps one open at most."""


class Confirm(Protocol):
    """`coagent.steps.confirm.ConfirmStep`."""

    def __call__(self, state: bytes | None, candidate: Candidate) -> Confirmed: ...


def analyze(
    source: RecordSource, *, ingest: IngestStep, streams: Streams, confirm: Confirm, prices: Prices, at_s: float
) -> Report:
    """Reads the source to its end. `prices`: what advice is priced by. `at_s`: epoch seconds, the time of reading;
    nothing but the refusal of records from the future depends on it.
    """
    analysis = Analysis(ingest, streams, confirm, prices)
    lines = source.records()
    while records := analysis.next_of(lines):
        analysis.feed(records, at_s)
    return analysis.report()


class Analysis:
    """What Kafka and Postgres keep elsewhere: a stream's and a group's detection, a provider's shifts, the tally."""

    def __init__(self, ingest: IngestStep, streams: Streams, confirm: Confirm, prices: Prices) -> None:
        self._ingest = ingest
        self._streams = streams
        self._confirm = confirm
        self._prices = prices
        self._add_up = GroupStep()
        self._seen: set[Segment] = set()
        self._groups: dict[Segment, bytes] = {}
        self._providers: dict[str, bytes] = {}
        self._read = self._rolled_up = 0
        self._counts = RecordCounts(LOG)
        self._tally = Tally()

    def next_of(self, lines: Iterator[RawRecord]) -> list[RawRecord]:
        """As many as to feed at once; nothing at the end."""
        wanted, room = min(max(LEAST_RECORDS, RECORDS_A_STREAM * len(self._seen)), MOST_RECORDS), MOST_BYTES
        found = list[RawRecord]()
        for record in islice(lines, wanted):
            found.append(record)
            room -= len(record.value)
            if room < 0:
                break
        return found

    def feed(self, records: list[RawRecord], at_s: float) -> None:
        """Takes all that the records hold through every step."""
        numbered = list(enumerate(records, self._read))
        self._read += len(records)
        for offset, record in numbered:
            if record.outcome:
                self._counts.unread(offset, record.outcome)
        self._ingest.feed(LOG, [(offset, record.value) for offset, record in numbered if not record.outcome], at_s)
        raised = [one for batch in self._ingest.take(at_s, everything=True) for one in self._batch(batch)]
        for candidate in sorted(raised, key=lambda one: one.now.time):
            self._candidate(candidate)
        self._ingest.take_dead_letters()  # counted by reason already
        self._counts.keep({offset: record.place for offset, record in numbered}, self._ingest.intake())
        if self._read - self._rolled_up >= ROLLED_UP_EVERY:
            self._roll_up()

    def report(self) -> Report:
        """What was found so far."""
        self._roll_up()
        advice = opportunities(usage_of(self._tally.rollups), self._prices)
        return self._tally.report(self._counts.records(self._read, self._ingest.intake()), advice)

    def _roll_up(self) -> None:
        self._tally.count(self._streams.take_rollups())
        self._rolled_up = self._read

    def _batch(self, batch: Batch) -> list[Candidate]:
        self._seen.add(batch.segment)
        self._tally.add(batch)
        return self._taken(batch)

    def _taken(self, message: Batch | GroupNews) -> list[Candidate]:
        """What a message makes its stream raise, and others by what that one says."""
        candidates, _, told, _ = self._streams.take(message)
        return [*candidates, *(one for evidence in told for one in self._together(evidence))]

    def _together(self, evidence: Evidence) -> list[Candidate]:
        """What streams of one provider and model say together, and what each of them raises by it."""
        group = evidence.stream.pool
        added = self._add_up(self._groups.get(group), evidence)
        self._groups[group] = added.state
        return [one for news in added.news for one in self._taken(news)]

    def _candidate(self, candidate: Candidate) -> None:
        provider = candidate.segment.provider
        confirmed = self._confirm(self._providers.get(provider), candidate)
        self._providers[provider] = confirmed.state
        self._tally.judge(confirmed.shifts, confirmed.dismissed)
