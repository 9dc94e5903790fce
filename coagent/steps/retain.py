"""Forgets what is older than the settings say."""

from collections.abc import Mapping
from datetime import timedelta

from coagent.ports import Clock, RetentionStore


class RetainStep:
    """`kept`: how long, by the name of what is kept."""

    def __init__(self, store: RetentionStore, clock: Clock, kept: Mapping[str, timedelta]) -> None:
        self._store = store
        self._clock = clock
        self._kept = kept

    def run(self) -> int:
        """Rows that were deleted, and days of rollups. Blocks; raises Transient where the store is away."""
        now = self._clock.now()
        return self._store.forget({name: now - kept for name, kept in self._kept.items()})
