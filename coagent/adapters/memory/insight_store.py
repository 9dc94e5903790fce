"""ports.InsightStore in memory."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from coagent.adapters.memory.outbox import MemoryOutbox
from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.domain.insight import Insight, OutboxMessage
from coagent.domain.opportunity import Opportunity, is_news
from coagent.domain.rollup import Rollup
from coagent.domain.shift import Shift


class MemoryInsightStore:
    """Reads what the telemetry store was given; owes messages to the outbox."""

    def __init__(self, telemetry: MemoryTelemetryStore, outbox: MemoryOutbox) -> None:
        self._telemetry = telemetry
        self._outbox = outbox
        self.insights: dict[str, Insight] = {}
        self.opportunities: dict[str, tuple[Opportunity, int]] = {}

    def shifts_to_tell(self, limit: int) -> list[Shift]:
        untold = [each for each in self._telemetry.shifts.values() if self.told("shift", each.id) < each.sequence]
        return sorted(untold, key=lambda shift: (shift.raised.time, shift.id))[:limit]

    def rollups_since(self, since: datetime) -> list[Rollup]:
        recent = [rollup for rollup in self._telemetry.rollups.values() if rollup.minute >= since]
        return sorted(recent, key=lambda rollup: (rollup.minute, rollup.segment.id, rollup.part))

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

    def opportunities_to_tell(self, limit: int) -> list[tuple[Opportunity, int]]:
        stored = self.opportunities.values()
        return [(each, sequence) for each, sequence in stored if self.told("opportunity", each.id) < sequence][:limit]

    def save_insight(self, insight: Insight, messages: Sequence[OutboxMessage]) -> None:
        stored = self.insights.get(insight.id)
        if stored is None or insight.sequence > stored.sequence:
            self.insights[insight.id] = insight
        self._outbox.owe(messages)

    def told(self, kind: str, subject_id: str) -> int:
        """The newest sequence that has an insight; -1 where none has."""
        told = (each.sequence for each in self.insights.values() if (each.kind, each.subject_id) == (kind, subject_id))
        return max(told, default=-1)
