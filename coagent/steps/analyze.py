"""Log files to a report: ingest, detect, confirm and advise in one process, in memory."""

from itertools import islice
from typing import Protocol

from coagent.advise import opportunities
from coagent.domain.batch import Batch, Source
from coagent.domain.candidate import Candidate
from coagent.domain.report import Report
from coagent.domain.segment import Segment
from coagent.ports import RawRecord, RecordSource
from coagent.steps.confirm import Confirmed
from coagent.steps.detect import Detected
from coagent.steps.ingest import IngestStep
from coagent.steps.record_counts import RecordCounts
from coagent.steps.report_builder import Tally

LOG = Source("file", "log", 0)
"""All files are one source, its offsets the running number of the line: a state keeps one offset, not one a file."""

LEAST_RECORDS, MOST_RECORDS, RECORDS_A_SEGMENT = 256, 16_384, 32
"""Lines handed on at once: few, so that segments of one provider are judged in the order in which things happened, and
enough that a segment's batch holds some rows.
"""


class Detect(Protocol):
    """`coagent.steps.detect.DetectStep`."""

    def __call__(self, state: bytes | None, batch: Batch) -> Detected: ...


class Confirm(Protocol):
    """`coagent.steps.confirm.ConfirmStep`."""

    def __call__(self, state: bytes | None, candidate: Candidate) -> Confirmed: ...


def analyze(source: RecordSource, *, ingest: IngestStep, detect: Detect, confirm: Confirm, at_s: float) -> Report:
    """Reads the source to its end. `at_s`: epoch seconds, the time of reading; nothing but the refusal of records
    from the future depends on it.
    """
    analysis = Analysis(ingest, detect, confirm)
    lines = source.records()
    while records := list(islice(lines, analysis.wanted_records)):
        analysis.feed(records, at_s)
    return analysis.report()


class Analysis:
    """The states that Kafka and Postgres keep elsewhere: a stream's detection, a provider's shifts, the tally."""

    def __init__(self, ingest: IngestStep, detect: Detect, confirm: Confirm) -> None:
        self._ingest = ingest
        self._detect = detect
        self._confirm = confirm
        self._segments: dict[Segment, bytes] = {}
        self._providers: dict[str, bytes] = {}
        self._read = 0
        self._counts = RecordCounts(LOG)
        self._tally = Tally()

    @property
    def wanted_records(self) -> int:
        """How many to feed at once."""
        return min(max(LEAST_RECORDS, RECORDS_A_SEGMENT * len(self._segments)), MOST_RECORDS)

    def feed(self, records: list[RawRecord], at_s: float) -> None:
        """Takes all that the records hold through every step."""
        numbered = list(enumerate(records, self._read))
        self._read += len(records)
        for offset, record in numbered:
            if record.outcome:
                self._counts.unread(offset, record.outcome)
        self._ingest.feed(LOG, [(offset, record.value) for offset, record in numbered if not record.outcome], at_s)
        for batch in self._ingest.take(at_s, everything=True):
            self._batch(batch)
        self._ingest.take_dead_letters()  # counted by reason already
        self._counts.keep({offset: record.place for offset, record in numbered}, self._ingest.intake())

    def report(self) -> Report:
        """What was found so far."""
        advice = opportunities(self._tally.rollups)
        return self._tally.report(self._counts.records(self._read, self._ingest.intake()), advice)

    def _batch(self, batch: Batch) -> None:
        detected = self._detect(self._segments.get(batch.segment), batch)
        self._segments[batch.segment] = detected.state
        self._tally.add(batch, detected.rollups)
        for candidate in detected.candidates:
            self._candidate(candidate)

    def _candidate(self, candidate: Candidate) -> None:
        provider = candidate.segment.provider
        confirmed = self._confirm(self._providers.get(provider), candidate)
        self._providers[provider] = confirmed.state
        self._tally.judge(confirmed.shifts, confirmed.dismissed)
