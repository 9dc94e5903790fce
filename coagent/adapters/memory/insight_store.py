"""ports.InsightStore in memory."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from coagent.adapters.memory.outbox import MemoryOutbox
from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.advise import usage_of
from coagent.domain.draft_record import DraftRecord
from coagent.domain.insight import Insight, OutboxMessage
from coagent.domain.opportunity import Opportunity, is_news
from coagent.domain.shift import Shift
from coagent.domain.subject import Waiting
from coagent.domain.usage import Usage

LEASE = timedelta(minutes=5)
LONG_AGO = datetime.min.replace(tzinfo=UTC)
FIRST_PAUSE, LAST_PAUSE = timedelta(seconds=5), timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Claim:
    """How often a subject was taken, and until when it is."""

    attempts: int = 0
    until: datetime = LONG_AGO


class MemoryInsightStore:
    """Reads what the telemetry store was given; owes messages to the outbox."""

    def __init__(self, telemetry: MemoryTelemetryStore, outbox: MemoryOutbox) -> None:
        self._telemetry = telemetry
        self._outbox = outbox
        self.insights: dict[str, Insight] = {}
        self.drafts: dict[tuple[str, int, int], DraftRecord] = {}
        self.opportunities: dict[str, tuple[Opportunity, int]] = {}
        self._claims: dict[tuple[str, int, int], Claim] = {}

    def claim_subjects(self, edition: int, limit: int, at: datetime) -> list[Waiting]:
        shifts = sorted(self._telemetry.shifts.values(), key=lambda shift: (shift.raised.time, shift.id))
        subjects: list[tuple[Shift | Opportunity, int]] = [(shift, shift.sequence) for shift in shifts]
        subjects += self.opportunities.values()
        waiting = [Waiting(subject, sequence, edition) for subject, sequence in subjects]
        free = [one for one in waiting if self._waits(one) and self._claim(one).until <= at]
        taken = sorted(free, key=lambda one: self._claim(one).attempts)[:limit]
        for one in taken:
            self._claims[_key(one)] = Claim(self._claim(one).attempts + 1, at + LEASE)
        return taken

    def put_back(self, waiting: Waiting, at: datetime) -> None:
        attempts = self._claim(waiting).attempts
        pause = min(FIRST_PAUSE * 2 ** min(attempts - 1, 20), LAST_PAUSE)
        self._claims[_key(waiting)] = Claim(attempts, at + pause)

    def _claim(self, waiting: Waiting) -> Claim:
        return self._claims.get(_key(waiting), Claim())

    def insight(self, insight_id: str) -> Insight | None:
        return self.insights.get(insight_id)

    def usage_since(self, since: datetime) -> Usage | None:
        """ports.UsageReader."""
        start = since.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return usage_of(rollup for rollup in self._telemetry.rollups.values() if rollup.minute >= start)

    def traffic(self, window: timedelta, now: datetime) -> tuple[int, datetime, datetime] | None:
        rollups = [rollup for rollup in self._telemetry.rollups.values() if rollup.minute <= now]
        newest = max((rollup.minute for rollup in rollups), default=None)
        if newest is None:
            return None
        recent = [rollup for rollup in rollups if rollup.minute > newest - window]
        return sum(rollup.requests for rollup in recent), min(rollup.minute for rollup in recent), newest

    def save_opportunities(self, opportunities: Sequence[Opportunity], at: datetime) -> None:  # noqa: ARG002  no view shows it
        for opportunity in opportunities:
            stored, sequence = self.opportunities.get(opportunity.id, (None, 0))
            if stored is None or is_news(stored, opportunity):
                self.opportunities[opportunity.id] = (opportunity, sequence + 1)

    def save_insight(
        self, insight: Insight, messages: Sequence[OutboxMessage], drafts: Sequence[DraftRecord] = ()
    ) -> None:
        stored = self.insights.get(insight.id)
        if stored is None or (insight.sequence, insight.edition) > (stored.sequence, stored.edition):
            self.insights[insight.id] = insight
            self._outbox.owe(messages)
        for draft in drafts:
            self.drafts.setdefault((draft.insight_id, draft.sequence, draft.number), draft)

    def reported(self, kind: str, subject_id: str) -> int:
        """The newest sequence that has an insight; -1 where none has."""
        reported = self._about(kind, subject_id)
        return -1 if reported is None else reported.sequence

    def _waits(self, one: Waiting) -> bool:
        kind = "shift" if isinstance(one.subject, Shift) else "opportunity"
        reported = self._about(kind, one.subject.id)
        if reported is None:
            return one.edition == 0
        return reported.sequence < one.sequence if one.edition == 0 else reported.edition < one.edition

    def _about(self, kind: str, subject_id: str) -> Insight | None:
        about = (each for each in self.insights.values() if (each.kind, each.subject_id) == (kind, subject_id))
        return max(about, key=lambda each: each.sequence, default=None)


def _key(waiting: Waiting) -> tuple[str, int, int]:
    return waiting.subject.id, waiting.sequence, waiting.edition
