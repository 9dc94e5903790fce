"""How late rollups are: between a request's arrival on its topic and the rollup that counts it."""

from bisect import bisect_right
from datetime import datetime

from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment

Place = tuple[Segment, datetime, str]


class Lateness:
    """Adds up rollups and compares with how many requests had been sent when."""

    def __init__(self) -> None:
        self._counted: dict[Place, tuple[int, int]] = {}
        self._sent_at, self._sent = list[float](), list[int]()
        self.records = 0

    def note_sent(self, sent: int, at_s: float) -> None:
        """`sent` requests in all by `at_s`."""
        self._sent.append(sent)
        self._sent_at.append(at_s)

    def take(self, rollup: Rollup) -> None:
        """In any order: the newest counts."""
        place, counted = (rollup.segment, rollup.minute, rollup.part), (rollup.sequence, rollup.requests)
        self._counted[place] = max(counted, self._counted.get(place, (0, 0)))
        self.records += 1

    @property
    def counted(self) -> int:
        """Requests in the newest rollups."""
        return sum(requests for _, requests in self._counted.values())

    def seconds(self, now_s: float) -> float:
        """Age of the oldest request that no rollup counts yet; 0 where all are counted."""
        place = bisect_right(self._sent, self.counted)
        return now_s - self._sent_at[place] if place < len(self._sent) else 0.0
