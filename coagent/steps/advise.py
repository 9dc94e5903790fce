"""Looks for what could be cheaper, faster or better in what Postgres remembers."""

from datetime import timedelta

from coagent.advise import opportunities
from coagent.ports import Clock, InsightStore


class AdviseStep:
    """`lookback`: how far back rollups are read."""

    def __init__(self, store: InsightStore, clock: Clock, lookback: timedelta) -> None:
        self._store = store
        self._clock = clock
        self._lookback = lookback

    def run(self) -> int:
        """How many opportunities stand. Blocks; raises Transient where the store is away."""
        now = self._clock.now()
        found = opportunities(self._store.rollups_since(now - self._lookback))
        self._store.save_opportunities(found, now)
        return len(found)
