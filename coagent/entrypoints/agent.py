"""`coagent agent`: advise, narrate and deliver, each at its interval."""

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from coagent import bootstrap
from coagent.domain.errors import Fatal, Transient
from coagent.entrypoints.logs import log_to_stderr
from coagent.settings import Settings

STOP_GRACE_S = 10.0
"""How long a stop waits for jobs under way; what they left undone is found again at the next start."""

RETRY_S = 2.0

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Job:
    """`run` tells how much it did."""

    name: str
    every_s: float
    run: Callable[[], Awaitable[int]]


def run_agent(settings: Settings) -> None:
    """Until SIGTERM or SIGINT. A database that is away is waited for; raises Fatal, a job's too."""
    _set_up_logging()

    async def run() -> None:
        await run_until(_stop_on_signals(), settings)

    asyncio.run(run())


async def run_until(stop: asyncio.Event, settings: Settings) -> None:
    """The agent's whole life, until `stop` is set; raises Fatal."""
    while not stop.is_set():
        try:
            async with bootstrap.agent_steps(settings) as steps:
                await _schedule(_jobs(settings, steps), steps.alone, stop)
        except Transient as away:
            log.warning("the agent waits: %s", away)
            await _sleep(RETRY_S, stop)


def _jobs(settings: Settings, steps: bootstrap.AgentSteps) -> list[Job]:
    every = settings.agent
    return [
        Job("narrate", every.narrate_every_s, steps.narrate.run),
        Job("route", every.route_every_s, steps.route.run),
        *(
            Job(f"deliver/{kind}", every.deliver_every_s, partial(steps.deliver.run_channel, kind))
            for kind in steps.deliver.channels
        ),
        Job("poll", every.poll_every_s, steps.poll.run),
        Job("deliver/unknown", every.deliver_every_s, steps.deliver.park_unknown),
        Job("advise", every.advise_every_s, lambda: asyncio.to_thread(steps.advise.run)),
        Job("silence", every.silence_every_s, lambda: asyncio.to_thread(steps.silence.run)),
        Job("roll up", every.roll_up_every_s, lambda: asyncio.to_thread(steps.roll_up.run)),
        Job("measure", every.measure_every_s, lambda: asyncio.to_thread(steps.measure.run)),
    ]


async def _schedule(jobs: list[Job], alone: bootstrap.Alone, stop: asyncio.Event) -> None:
    """Runs the jobs until `stop` is set, each at once and then at its interval, never twice at a time anywhere.

    A job's Fatal sets `stop` and is raised when the others have settled.
    """
    ticks = [Tick(job, alone, stop) for job in jobs]
    defaults = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)
    for tick in ticks:
        scheduler.add_job(tick.run, "interval", seconds=tick.job.every_s, next_run_time=datetime.now(UTC))
    scheduler.start()
    log.info("the agent is at work")
    await stop.wait()
    scheduler.pause()
    await _settle(ticks)
    scheduler.shutdown(wait=False)
    for tick in ticks:
        if tick.fatal is not None:
            raise tick.fatal


class Tick:
    """One job under its lock; what goes wrong is logged and tried again at the next tick, but Fatal sets `stop`."""

    def __init__(self, job: Job, alone: bootstrap.Alone, stop: asyncio.Event) -> None:
        self.job = job
        self.fatal: Fatal | None = None
        self.idle = asyncio.Event()
        self.idle.set()
        self._alone = alone
        self._stop = stop

    async def run(self) -> None:
        self.idle.clear()
        try:
            await self._run_alone()
        except Transient as problem:
            log.warning("%s: %s", self.job.name, problem)
        except Fatal as problem:
            log.error("%s: %s", self.job.name, problem)  # noqa: TRY400  its text says what to do, a trace does not
            self.fatal = problem
            self._stop.set()
        except Exception:
            log.exception("%s failed", self.job.name)
        finally:
            self.idle.set()

    async def _run_alone(self) -> None:
        async with self._alone(f"agent/{self.job.name}") as held:
            done = await self.job.run() if held else 0
        if done:
            log.info("%s: %d", self.job.name, done)


async def _settle(ticks: list[Tick]) -> None:
    try:
        async with asyncio.timeout(STOP_GRACE_S):
            await asyncio.gather(*(tick.idle.wait() for tick in ticks))
    except TimeoutError:
        log.warning("stopping with work under way: it is taken up again at the next start")


async def _sleep(seconds: float, stop: asyncio.Event) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return


def _set_up_logging() -> None:
    log_to_stderr()
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns of every tick that a slow model makes it skip
    logging.getLogger("httpx").setLevel(logging.WARNING)


def _stop_on_signals() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
