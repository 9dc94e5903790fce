"""Whether coagent itself is behind: messages that were there a while ago are unread, or a process makes no progress.

A reader under load always has some messages before it; only those that wait longer than `patience` are a backlog. While
there is one, the newest counts are old and nobody can be called silent.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from coagent.domain.heartbeat import Heartbeat
from coagent.domain.segment import OURSELVES, Segment
from coagent.domain.silence import Backlog, Silence, StagePosition, silence_id
from coagent.silence.progress import Progress

KEPT = 5
"""Looks are kept so many times `patience`. An older one is no measure: the machine may have slept meanwhile."""


class _Look(NamedTuple):
    at: datetime
    positions: dict[str, StagePosition]
    progress: dict[str, datetime]


class Looks:
    """Earlier looks; in memory, since a new process has to look twice before it knows anything. They come at least as
    often as every `patience`.
    """

    def __init__(self, patience: timedelta) -> None:
        self._patience = patience
        self._looks: list[_Look] = []
        self._progress = Progress()

    def backlogs(
        self, stages: Sequence[StagePosition], heartbeats: Iterable[Heartbeat], now: datetime
    ) -> list[Backlog] | None:
        """Stages that are behind; None where messages wait and nobody knows yet for how long."""
        self._progress.take(heartbeats, now)
        look = _Look(now, {one.stage: one for one in stages}, self._progress.by_process())
        self._looks = [known for known in self._looks if now - known.at < KEPT * self._patience]
        earlier = [known for known in self._looks if now - known.at >= self._patience]
        self._looks.append(look)
        if earlier:
            return _backlogs(look, earlier[-1], now - self._patience)
        return None if any(one.waiting for one in stages) else []


def _backlogs(now: _Look, then: _Look, since: datetime) -> list[Backlog]:
    stopped = {name: at for name, at in now.progress.items() if then.progress.get(name) == at}
    behind = {
        name: Backlog(name, since, one.waiting)
        for name, one in now.positions.items()
        if _is_behind(one, then.positions.get(name))
    }
    return list((behind | {name: Backlog(name, at, None) for name, at in stopped.items()}).values())


def _is_behind(now: StagePosition, then: StagePosition | None) -> bool:
    """Whether a message that was there then is unread. A log that is shorter than it was has been replaced."""
    if then is None:
        return False
    return any(
        now.read.get(place, 0) < end <= now.end.get(place, 0) for place, end in then.end.items() if place in now.end
    )


def lag_reports(backlogs: Iterable[Backlog], known: Iterable[Silence], now: datetime) -> list[Silence]:
    """One for each stage that is behind and not reported yet (`known`), and the end of those that caught up."""
    behind, open_now = {one.stage: one for one in backlogs}, {one.segment.request_model: one for one in known}
    new = [_report(one, now) for stage, one in behind.items() if stage not in open_now]
    over = [
        msgspec.structs.replace(one, status="returned", sequence=one.sequence + 1, returned=now)
        for stage, one in open_now.items()
        if stage not in behind
    ]
    return [*new, *over]


def _report(backlog: Backlog, now: datetime) -> Silence:
    segment = Segment(OURSELVES, backlog.stage)
    return Silence(
        id=silence_id(segment, now),
        sequence=1,
        segment=segment,
        status="silent",
        last=backlog.since,
        noticed=now,
        returned=None,
        pauses=0,
        longest_s=0.0,
        about="coagent",
        waiting=backlog.waiting,
    )
