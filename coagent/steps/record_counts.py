"""What became of the records of an analysis, each reason with the place where people find its first one."""

from collections.abc import Mapping, Sequence

from coagent.domain.batch import Source
from coagent.domain.intake import IntakeKind, ReasonCount, TopicIntake
from coagent.domain.rejected import Rejected, Skipped
from coagent.domain.report import Notes, Records, Rejections, Skips
from coagent.ingest.intake_book import IntakeBook


class RecordCounts:
    """Keeps the place of each reason's first record; what the source itself could not read is counted here."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._unread = IntakeBook()
        self._places: dict[int, str] = {}

    def unread(self, offset: int, outcome: Rejected | Skipped) -> None:
        """A record that goes to no decoder."""
        self._unread.note(self._source, offset, outcome)
        self._unread.read(self._source, 1, offset, 0)

    def keep(self, places: Mapping[int, str], intake: Sequence[TopicIntake]) -> None:
        """Of a chunk's places by offset those that are the first of a reason."""
        for one in self._reasons(intake):
            if one.first.offset in places:
                self._places[one.first.offset] = places[one.first.offset]

    def records(self, read: int, intake: Sequence[TopicIntake]) -> Records:
        """`read`: lines or elements; the reason with most records first."""
        reasons = self._reasons(intake)
        rejected, skipped, noted = (self._of(kind, reasons) for kind in ("rejected", "skipped", "noted"))
        return Records(
            read=read,
            accepted=sum(topic.accepted for topic in intake),
            rejected=sum(one.count for one in rejected),
            rejections=[Rejections(one.reason, one.count, self._place(one), one.detail) for one in rejected],
            skipped=[Skips(one.reason, one.count, self._place(one)) for one in skipped],
            noted=[Notes(one.reason, one.count, self._place(one), one.detail) for one in noted],
        )

    def _reasons(self, intake: Sequence[TopicIntake]) -> list[ReasonCount]:
        return [one for topic in (*intake, *self._unread.topics()) for one in topic.reasons]

    def _of(self, kind: IntakeKind, reasons: Sequence[ReasonCount]) -> list[ReasonCount]:
        return sorted((one for one in reasons if one.kind == kind), key=lambda one: (-one.count, one.reason))

    def _place(self, one: ReasonCount) -> str:
        return self._places[one.first.offset]
