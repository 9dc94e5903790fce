"""Looks for segments that stopped, and for those that came back."""

from datetime import timedelta

from coagent.advise.silence import SHORTEST, returned, silences
from coagent.ports import Clock, SilenceStore

LOOKBACK = timedelta(days=30)


class SilenceStep:
    """What it finds is told like a shift, but wakes nobody."""

    def __init__(self, store: SilenceStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def run(self) -> int:
        """How many silences began or ended. Blocks; raises Transient where the store is away."""
        now, newest = self._clock.now(), self._store.newest_minute()
        if newest is None:
            return 0
        over = [returned(silence, first) for silence, first in self._store.returned_silences()]
        newest = min(newest, now)  # a clock may be ahead
        alone = newest if now - newest > SHORTEST else now + LOOKBACK  # whether nobody has requests any more
        quiet = self._store.quiet_segments(since=now - LOOKBACK, before=newest - SHORTEST, newest=alone)
        found = [*over, *silences(quiet, newest, now)]
        self._store.save_silences(found)
        return len(found)
