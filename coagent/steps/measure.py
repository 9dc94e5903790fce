"""The fleet's rate of requests, measured and reported to detect: thresholds follow from it."""

from datetime import datetime, timedelta
from typing import Protocol

from coagent.domain.command import Rate
from coagent.ports import Clock, InsightStore

WINDOW = timedelta(days=7)
MONTH = timedelta(days=30)
LEAST, LEAST_TO_LOWER = timedelta(hours=1), timedelta(days=1)
"""History that is needed to speak at all; and to say less than what is assumed: the first hour may be a night's."""
NOTABLE = 0.2
"""Share by which the rate has to move: thresholds follow its logarithm."""
AGAIN = timedelta(minutes=10)
"""A worker may have lost its log with the broker's: what was said last is said again."""


class Control(Protocol):
    def say(self, command: Rate) -> None:
        """Raises Transient."""
        ...


class MeasureStep:
    """Remembers what it said last; another process that says it too changes nothing."""

    def __init__(self, store: InsightStore, control: Control, clock: Clock, assumed: float) -> None:
        self._store = store
        self._control = control
        self._clock = clock
        self._assumed = assumed
        self._said: Rate | None = None
        self._said_at: datetime | None = None

    def run(self) -> int:
        """1 where a new rate was reported. Blocks; raises Transient where store or Kafka are away."""
        now = self._clock.now()
        rate = self._measured(now)
        if rate is not None and self._is_news(rate):
            command = Rate(id=f"rate-{now:%Y%m%dT%H%M%S}", at=now, by="coagent agent", rows_per_month=rate)
            self._say(command, now)
            return 1
        if self._said and self._said_at and now - self._said_at >= AGAIN:
            self._say(self._said, now)
        return 0

    def _measured(self, now: datetime) -> float | None:
        """Requests a month, from the last days of data; None while there is too little of it."""
        counted = self._store.traffic(WINDOW, now)
        if counted is None:
            return None
        requests, first, last = counted
        span = last - first + timedelta(minutes=1)
        rate = requests * (MONTH / span)
        needed = LEAST if rate >= self._assumed else LEAST_TO_LOWER
        return rate if span >= needed else None

    def _is_news(self, rate: float) -> bool:
        return self._said is None or abs(rate / self._said.rows_per_month - 1) > NOTABLE

    def _say(self, command: Rate, now: datetime) -> None:
        self._control.say(command)
        self._said, self._said_at = command, now
