"""Looks for segments that stopped, for those that came back, and for coagent's own lag, which looks the same."""

from datetime import timedelta
from typing import Protocol

from coagent.domain.heartbeat import Heartbeat
from coagent.domain.silence import Backlog, Silence, StagePosition
from coagent.ports import Clock, SilenceStore
from coagent.silence.backlog import Looks, lag_reports
from coagent.silence.pauses import SHORTEST, returned, silences

LOOKBACK = timedelta(days=30)


class Positions(Protocol):
    """How far each stage of the pipeline has read."""

    def stages(self) -> list[StagePosition]:
        """Raises Transient."""
        ...


class Heartbeats(Protocol):
    """What the processes report of themselves."""

    def read(self) -> list[Heartbeat]:
        """Those that came since the last call. Raises Transient."""
        ...


class SilenceStep:
    """What it finds is reported like a shift, but never pages."""

    def __init__(
        self, store: SilenceStore, positions: Positions, heartbeats: Heartbeats, clock: Clock, patience: timedelta
    ) -> None:
        """`patience`: how long messages may wait and a process may make no progress, until it is reported."""
        self._store = store
        self._positions = positions
        self._heartbeats = heartbeats
        self._clock = clock
        self._looks = Looks(patience)

    def run(self) -> int:
        """How many silences and backlogs began or ended. Blocks; raises Transient where store or Kafka are away."""
        backlogs = self._looks.backlogs(self._positions.stages(), self._heartbeats.read(), self._clock.now())
        found = [*self._returned(), *self._lags(backlogs)]
        if backlogs == []:
            found += self._quiet()
        self._store.save_silences(found)
        return len(found)

    def _returned(self) -> list[Silence]:
        return [returned(silence, first) for silence, first in self._store.returned_silences(self._clock.now())]

    def _lags(self, backlogs: list[Backlog] | None) -> list[Silence]:
        return [] if backlogs is None else lag_reports(backlogs, self._store.open_lags(), self._clock.now())

    def _quiet(self) -> list[Silence]:
        now = self._clock.now()
        newest = self._store.newest_minute(now)
        if newest is None:
            return []
        alone = newest if now - newest > SHORTEST else now + LOOKBACK  # whether nobody has requests any more
        quiet = self._store.quiet_segments(since=now - LOOKBACK, before=newest - SHORTEST, newest=alone, now=now)
        return silences(quiet, newest, now)
