"""The agent's jobs, each under its lock and counted."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from coagent.adapters.kafka.stage_positions import StagePositions
from coagent.adapters.metrics import declared
from coagent.adapters.metrics.server import Sample
from coagent.adapters.postgres.owed import OwedReader
from coagent.adapters.pulse import Pulse
from coagent.bootstrap.agent import Alone
from coagent.bootstrap.lag import stage_positions
from coagent.bootstrap.readers import owed_reader
from coagent.domain.errors import Fatal, Transient
from coagent.entrypoints.metrics import AgentCounts
from coagent.settings import Settings

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """`run` says how much it did. A shared one runs in every agent at a time: it claims what it works on."""

    name: str
    every_s: float
    run: Callable[[], Awaitable[int]]
    shared: bool = False


@dataclass(slots=True)
class Between:
    """A job of two: all of it every `every_s` seconds, and `between` with each look before that."""

    every_s: float
    all: Callable[[], int]
    between: Callable[[], int]
    _due_s: float = 0.0

    def __call__(self) -> int:
        now_s = time.monotonic()
        if now_s < self._due_s:
            return self.between()
        self._due_s = now_s + self.every_s
        return self.all()


class Tick:
    """One job under its lock; what goes wrong is logged and tried again at the next tick, but Fatal sets `stop`."""

    def __init__(self, job: Job, alone: Alone, stop: asyncio.Event, counts: AgentCounts, pulse: Pulse) -> None:
        self.job = job
        self._counts, self._pulse = counts, pulse
        self.fatal: Fatal | None = None
        self.idle = asyncio.Event()
        self.idle.set()
        self._alone = alone
        self._stop = stop

    async def run(self) -> None:
        self.idle.clear()
        self._pulse.beat()
        try:
            await self._run_alone()
        except Transient as problem:
            self._counts.failures[self.job.name] += 1
            log.warning("%s: %s", self.job.name, problem)
        except Fatal as problem:
            log.error("%s: %s", self.job.name, problem)  # noqa: TRY400  its text says what to do, a trace does not
            self.fatal = problem
            self._stop.set()
        except Exception:
            self._counts.failures[self.job.name] += 1
            log.exception("%s failed", self.job.name)
        else:
            self._counts.runs[self.job.name] += 1
            self._pulse.got_on()
        finally:
            self.idle.set()

    async def _run_alone(self) -> None:
        if self.job.shared:
            done = await self.job.run()
        else:
            async with self._alone(f"agent/{self.job.name}") as held:
                done = await self.job.run() if held else 0
        self._counts.done[self.job.name] += done
        if done:
            log.info("%s: %d", self.job.name, done)


def look_at_waits(settings: Settings, counts: AgentCounts) -> Callable[[], Awaitable[int]]:
    """Looks up what waits, for the metrics; a run raises Transient where a server is away: then nothing is known."""
    owed, positions = owed_reader(settings), stage_positions(settings)

    async def look() -> int:
        found: list[Sample] = []
        try:
            found = [*await asyncio.to_thread(_owed, owed), *await asyncio.to_thread(_lags, positions)]
        finally:
            counts.waits = found
        return 0

    return look


def _owed(reader: OwedReader) -> list[Sample]:
    owed = reader.read()
    values = (owed.oldest_finding_s, owed.oldest_delivery_s, owed.parked)
    return list(map(Sample, (declared.OLDEST_FINDING, declared.OLDEST_OWED, declared.PARKED), values))


def _lags(positions: StagePositions) -> list[Sample]:
    return [Sample(declared.STAGE_LAG, one.waiting, (one.stage,)) for one in positions.stages()]
