"""Whether coagent itself is behind: messages that were there a while ago and are still unread.

A reader under load always has some messages before it; only those that wait longer than PATIENCE are a backlog. While
there is one, the newest counts are old and nobody can be called silent.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import msgspec

from coagent.domain.segment import Segment
from coagent.domain.silence import Backlog, Silence, StagePosition, silence_id

PATIENCE = timedelta(minutes=2)
KEPT = timedelta(minutes=10)
OURSELVES = "(coagent)"
"""Stands for the provider: no telemetry names one so."""


class Looks:
    """Positions of earlier looks; in memory, since a new process has to look twice before it knows anything."""

    def __init__(self) -> None:
        self._looks: list[tuple[datetime, dict[str, StagePosition]]] = []

    def backlogs(self, stages: Sequence[StagePosition], now: datetime) -> list[Backlog] | None:
        """Stages that are behind; None where messages wait and nobody knows yet for how long."""
        earlier = [known for at, known in self._looks if now - at >= PATIENCE]
        self._looks = [(at, known) for at, known in self._looks if now - at < KEPT]
        self._looks.append((now, {one.stage: one for one in stages}))
        if earlier:
            return [Backlog(one.stage, one.waiting) for one in stages if _is_behind(one, earlier[-1].get(one.stage))]
        return None if any(one.waiting for one in stages) else []


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
        last=now - PATIENCE,
        noticed=now,
        returned=None,
        pauses=0,
        longest_s=0.0,
        about="coagent",
        waiting=backlog.waiting,
    )
