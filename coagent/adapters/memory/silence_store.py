"""ports.SilenceStore in memory."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from coagent.adapters.memory.insight_store import MemoryInsightStore
from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.domain.segment import Segment
from coagent.domain.silence import Pauses, Silence


class MemorySilenceStore:
    """Reads what the telemetry store was given and what the insight store has reported."""

    def __init__(self, telemetry: MemoryTelemetryStore, insights: MemoryInsightStore) -> None:
        self._telemetry = telemetry
        self._insights = insights
        self.silences: dict[str, Silence] = {}

    def newest_minute(self, now: datetime) -> datetime | None:
        return max((minute for minutes in self._minutes(now).values() for minute in minutes), default=None)

    def quiet_segments(self, *, since: datetime, before: datetime, newest: datetime, now: datetime) -> list[Pauses]:
        reported = {(silence.segment, silence.last) for silence in self.silences.values()}
        quiet = []
        for segment, minutes in self._minutes(now).items():
            recent = sorted(minute for minute in minutes if minute >= since)
            if recent and (recent[-1] < before or recent[-1] >= newest) and (segment, recent[-1]) not in reported:
                quiet.append(_pauses(segment, recent))
        return quiet

    def returned_silences(self, now: datetime) -> list[tuple[Silence, datetime]]:
        minutes = self._minutes(now)
        back = [
            (silence, min((minute for minute in minutes[silence.segment] if minute > silence.last), default=None))
            for silence in self.silences.values()
            if silence.status == "silent" and silence.about == "segment"
        ]
        return [(silence, first) for silence, first in back if first is not None]

    def open_lags(self) -> list[Silence]:
        return [one for one in self.silences.values() if one.about == "coagent" and one.status == "silent"]

    def save_silences(self, silences: Sequence[Silence]) -> None:
        for silence in silences:
            stored = self.silences.get(silence.id)
            if stored is None or silence.sequence > stored.sequence:
                self.silences[silence.id] = silence

    def unreported_silences(self, limit: int) -> list[Silence]:
        unreported = [
            one for one in self.silences.values() if self._insights.reported("silence", one.id) < one.sequence
        ]
        return sorted(unreported, key=lambda one: (one.noticed, one.id))[:limit]

    def _minutes(self, now: datetime) -> dict[Segment, set[datetime]]:
        minutes: dict[Segment, set[datetime]] = defaultdict(set)
        for segment, minute, _ in self._telemetry.rollups:
            if minute <= now:
                minutes[segment].add(minute)
        return minutes


def _pauses(segment: Segment, minutes: Sequence[datetime]) -> Pauses:
    gaps = [after - before for before, after in pairwise(minutes)]
    longest = max(gaps, default=timedelta(0))
    return Pauses(segment=segment, first=minutes[0], last=minutes[-1], pauses=len(gaps), longest=longest)
