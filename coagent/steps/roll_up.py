"""Sums minutes to hours and days, and forgets minutes and hours that are old enough."""

from dataclasses import dataclass
from datetime import timedelta

from coagent.ports import Clock, RollupStore


@dataclass(frozen=True, slots=True)
class Retention:
    """Days are kept for ever."""

    minutes: timedelta
    hours: timedelta


class RollUpStep:
    """One call sums all that changed since the last."""

    def __init__(self, store: RollupStore, clock: Clock, retention: Retention) -> None:
        self._store = store
        self._clock = clock
        self._retention = retention

    def run(self) -> int:
        """How many hours were summed. Blocks; raises Transient where the store is away."""
        minutes_before = (self._clock.now() - self._retention.minutes).replace(minute=0, second=0, microsecond=0)
        summed = self._store.sum_changed(minutes_before)
        self._store.forget(minutes_before, self._clock.now() - self._retention.hours)
        return summed
