"""Whether coagent's processes are at work, and how much waits for each: by their heartbeats and positions on Kafka."""

import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import NamedTuple, get_args

from coagent.domain.errors import CoagentError
from coagent.domain.heartbeat import Heartbeat, Process
from coagent.ports import Clock
from coagent.settings import Settings

KEPT_S = 5.0
TOO_OLD_S = 20.0
LATE = timedelta(seconds=30)
"""Three heartbeats: one may be lost, two are not by chance."""
STALLED = timedelta(seconds=120)


class ProcessLine(NamedTuple):
    """`behind`: messages that wait for it; None where it reads none, or nobody knows."""

    name: str
    state: str
    at: datetime | None
    started: datetime | None
    behind: int | None


class Look(NamedTuple):
    """`problem`: empty, or why it cannot be asked."""

    found: list[ProcessLine]
    problem: str


class Processes:
    """Looks in a thread of its own, at most every KEPT_S seconds and only when it is asked: a page never waits for
    Kafka.
    """

    def __init__(self, beats: Callable[[], list[Heartbeat]], behind: Callable[[str], int | None], clock: Clock) -> None:
        self._beats, self._behind, self._clock = beats, behind, clock
        self._newest: dict[str, Heartbeat] = {}
        self._kept = Look([ProcessLine(name, "looking", None, None, None) for name in get_args(Process)], "")
        self._looked_at: float | None = None
        self._began: datetime | None = None
        self._looking = Lock()

    def look(self) -> Look:
        """As of the last look; `looking` where that is too long ago."""
        age_s = None if self._looked_at is None else time.monotonic() - self._looked_at
        if (age_s is None or age_s > KEPT_S) and self._looking.acquire(blocking=False):
            Thread(target=self._refresh, name="processes", daemon=True).start()
        if age_s is not None and age_s > TOO_OLD_S:
            return Look([one._replace(state="looking") for one in self._kept.found], "")
        return self._kept

    def version(self) -> str:
        """Changes when a state does."""
        found, problem = self.look()
        return f"{problem} {[(one.name, one.state, one.behind) for one in found]}"

    def refresh(self) -> Look:
        """Of each process the instance that was heard of last. Takes a second."""
        problem = ""
        try:
            self._newest |= {one.process: one for one in sorted(self._beats(), key=lambda one: one.at)}
        except CoagentError as away:
            problem = str(away)
        now = self._clock.now()
        self._began = self._began or now
        return Look([self._line(name, now, known=not problem) for name in get_args(Process)], problem)

    def _refresh(self) -> None:
        try:
            self._kept, self._looked_at = self.refresh(), time.monotonic()
        finally:
            self._looking.release()

    def _line(self, name: str, now: datetime, *, known: bool) -> ProcessLine:
        beat = self._newest.get(name)
        behind = self._behind(name) if known else None
        if beat is None:
            return ProcessLine(name, self._unheard(now) if known else "unknown", None, None, behind)
        return ProcessLine(name, _state(beat, now), beat.at, beat.started, behind)

    def _unheard(self, now: datetime) -> str:
        """An answer without a heartbeat may be one that has not come yet."""
        return "not heard of" if self._began and now - self._began > LATE else "looking"


def _state(beat: Heartbeat, now: datetime) -> str:
    if now - beat.at > LATE:
        return "silent"
    if beat.progressed is None or now - beat.progressed > STALLED:
        return "starting" if now - beat.started < STALLED else "stalled"
    return "at work" if beat.ready else "not ready"


def processes_on_kafka(settings: Settings, clock: Clock) -> Processes:
    """Raises nothing: what cannot be asked is said in the look."""
    from coagent.adapters.kafka.heartbeats import HeartbeatReader  # noqa: PLC0415  only where Kafka is named
    from coagent.bootstrap.kafka import kafka_connection  # noqa: PLC0415
    from coagent.bootstrap.lag import stage_lag, stages  # noqa: PLC0415

    reader = HeartbeatReader(kafka_connection(settings))

    def behind(name: str) -> int | None:
        with suppress(CoagentError):
            return stage_lag(settings, name) if name in stages(settings) else None
        return None

    return Processes(reader.read, behind, clock)


def no_kafka(clock: Clock) -> Processes:
    """Where none is named."""
    return Processes(_no_beats, lambda _name: None, clock)


def _no_beats() -> list[Heartbeat]:
    raise CoagentError("Kafka is not named here (COAGENT_KAFKA__BOOTSTRAP_SERVERS): heartbeats cannot be read")
