"""Log files to a report: ingest, detect, confirm and advise in one process, in memory."""

from itertools import islice
from typing import Protocol

from coagent.advise import opportunities, usage_of
from coagent.domain.batch import Batch, Source
from coagent.domain.candidate import Candidate
from coagent.domain.evidence import Evidence, GroupNews
from coagent.domain.report import Report
from coagent.domain.segment import Segment
from coagent.ports import RawRecord, RecordSource
from coagent.steps.confirm import Confirmed
from coagent.steps.detect import Detected
from coagent.steps.group import GroupStep
from coagent.steps.ingest import IngestStep
from coagent.steps.record_counts import RecordCounts
from coagent.steps.report_builder import Tally

LOG = Source("file", "log", 0)
"""All files are one source, its offsets the running number of the line: a state keeps one offset, not one a file."""

LEAST_RECORDS, MOST_RECORDS, RECORDS_A_SEGMENT = 256, 16_384, 512
"""Lines handed on at once: enough that a segment's batch holds hundreds of rows, for a batch costs as much as 200 rows.
What they raise is judged in the order of its rows, whatever the segment.
"""


class Detect(Protocol):
    """`coagent.steps.detect.DetectStep`."""

    def __call__(self, state: bytes | None, batch: Batch) -> Detected: ...


class Hear(Protocol):
    """Its `hear`."""

    def __call__(self, state: bytes | None, news: GroupNews) -> Detected: ...


class Confirm(Protocol):
    """`coagent.steps.confirm.ConfirmStep`."""

    def __call__(self, state: bytes | None, candidate: Candidate) -> Confirmed: ...


def analyze(
    source: RecordSource,
    *,
    ingest: IngestStep,
    detect: Detect,
    confirm: Confirm,
    at_s: float,
    hear: Hear | None = None,
) -> Report:
    """Reads the source to its end. `at_s`: epoch seconds, the time of reading; nothing but the refusal of records
    from the future depends on it. Without `hear` endpoints of one model are not added up.
    """
    analysis = Analysis(ingest, detect, confirm, hear)
    lines = source.records()
    while records := list(islice(lines, analysis.wanted_records)):
        analysis.feed(records, at_s)
    return analysis.report()


class Analysis:
    """The states that Kafka and Postgres keep elsewhere: a stream's and a group's detection, a provider's shifts, the
    tally.
    """

    def __init__(self, ingest: IngestStep, detect: Detect, confirm: Confirm, hear: Hear | None = None) -> None:
        self._ingest = ingest
        self._detect = detect
        self._confirm = confirm
        self._hear = hear
        self._add_up = GroupStep()
        self._groups: dict[Segment, bytes] = {}
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
        raised = [one for batch in self._ingest.take(at_s, everything=True) for one in self._batch(batch)]
        for candidate in sorted(raised, key=lambda one: one.now.time):
            self._candidate(candidate)
        self._ingest.take_dead_letters()  # counted by reason already
        self._counts.keep({offset: record.place for offset, record in numbered}, self._ingest.intake())

    def report(self) -> Report:
        """What was found so far."""
        advice = opportunities(usage_of(self._tally.rollups))
        return self._tally.report(self._counts.records(self._read, self._ingest.intake()), advice)

    def _batch(self, batch: Batch) -> list[Candidate]:
        detected = self._detect(self._segments.get(batch.segment), batch)
        self._tally.add(batch, detected.rollups)
        return self._detected(batch.segment, detected)

    def _detected(self, stream: Segment, detected: Detected) -> list[Candidate]:
        """What a stream raised, and what others raise by what it said."""
        self._segments[stream] = detected.state
        found = list(detected.candidates)
        if self._hear:
            for evidence in detected.evidence:
                found += self._together(evidence, self._hear)
        return found

    def _together(self, evidence: Evidence, hear: Hear) -> list[Candidate]:
        """What streams of one provider and model say together, and what each of them raises by it."""
        group = evidence.stream.pool
        added = self._add_up(self._groups.get(group), evidence)
        self._groups[group] = added.state
        heard = [(news.stream, hear(self._segments.get(news.stream), news)) for news in added.news]
        return [one for stream, detected in heard for one in self._detected(stream, detected)]

    def _candidate(self, candidate: Candidate) -> None:
        provider = candidate.segment.provider
        confirmed = self._confirm(self._providers.get(provider), candidate)
        self._providers[provider] = confirmed.state
        self._tally.judge(confirmed.shifts, confirmed.dismissed)
