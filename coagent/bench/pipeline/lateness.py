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
        self.counted = self.records = 0
        """Requests in the newest rollups, and rollups."""
        self.ages_s = list[float]()
        """Of what was sent together, when a rollup counted it."""

    def note_sent(self, sent: int, at_s: float) -> None:
        """`sent` requests in all by `at_s`."""
        self._sent.append(sent)
        self._sent_at.append(at_s)

    def take(self, rollup: Rollup) -> None:
        """In any order: the newest counts."""
        place, counted = (rollup.segment, rollup.minute, rollup.part), (rollup.sequence, rollup.requests)
        before = self._counted.get(place, (0, 0))
        self._counted[place] = max(counted, before)
        self.counted += self._counted[place][1] - before[1]
        self.records += 1

    def note_counted(self, now_s: float) -> None:
        """What the rollups so far count is known by now."""
        done = bisect_right(self._sent, self.counted)
        self.ages_s += [now_s - sent_at for sent_at in self._sent_at[len(self.ages_s) : done]]

    def seconds(self, now_s: float) -> float:
        """Age of the oldest request that no rollup counts yet; 0 where all are counted."""
        place = bisect_right(self._sent, self.counted)
        return now_s - self._sent_at[place] if place < len(self._sent) else 0.0
