"""When each of coagent's processes last made progress, as its heartbeats say."""

from collections.abc import Iterable
from datetime import datetime

from coagent.domain.heartbeat import Heartbeat


class Progress:
    """Of a process with several instances the newest of all: what only one of them holds up shows as a backlog."""

    def __init__(self) -> None:
        self._newest: dict[str, datetime] = {}
        self._first: dict[str, datetime] = {}

    def take(self, heartbeats: Iterable[Heartbeat], now: datetime) -> None:
        """A time ahead of `now` counts as now: some clock is ahead."""
        for one in heartbeats:
            self._first[one.process] = min(one.started, self._first.get(one.process, one.started))
            if one.progressed is not None:
                progressed = min(one.progressed, now)
                self._newest[one.process] = max(progressed, self._newest.get(one.process, progressed))

    def by_process(self) -> dict[str, datetime]:
        """Of those that sent a heartbeat; the first start of one that never got on, however often it starts again."""
        return {**self._first, **self._newest}
