"""`coagent agent`: advise, narrate and deliver, each at its interval."""

import asyncio
import logging
import signal
from datetime import UTC, datetime
from functools import partial

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from coagent.adapters.logs import log_to_stderr
from coagent.adapters.metrics.server import serve_metrics
from coagent.adapters.pulse import Pulse
from coagent.bootstrap.agent import AgentSteps, Alone, agent_steps
from coagent.bootstrap.heartbeats import send_heartbeats
from coagent.domain.errors import Transient
from coagent.entrypoints.agent_jobs import Between, Job, Tick, look_at_waits
from coagent.entrypoints.metrics import AgentCounts
from coagent.entrypoints.plots.change_picture import change_picture
from coagent.settings import Settings

STOP_GRACE_S = 10.0
"""How long a stop waits for jobs under way; what they left undone is found again at the next start."""

RETRY_S = 2.0
LOOK_EVERY_S = 15.0
"""As often as Prometheus usually scrapes."""

log = logging.getLogger(__name__)


def run_agent(settings: Settings) -> None:
    """Until SIGTERM or SIGINT. A database that is away is waited for; raises Fatal, a job's too."""
    _set_up_logging(settings)

    pulse, counts = Pulse(), AgentCounts()
    serve_metrics(settings.metrics.host, settings.metrics.agent_port, counts.samples, pulse)
    send_heartbeats(settings, "agent", pulse)

    async def run() -> None:
        await run_until(_stop_on_signals(), settings, counts, pulse)

    asyncio.run(run())


async def run_until(
    stop: asyncio.Event, settings: Settings, counts: AgentCounts | None = None, pulse: Pulse | None = None
) -> None:
    """The agent's whole life, until `stop` is set; raises Fatal."""
    counts, pulse = counts or AgentCounts(), pulse or Pulse()
    while not stop.is_set():
        try:
            async with agent_steps(settings, change_picture) as steps:
                look = Job("look", LOOK_EVERY_S, look_at_waits(settings, counts), shared=True)
                await _schedule([*_jobs(settings, steps), look], steps.alone, stop, counts, pulse)
        except Transient as away:
            pulse.beat()
            log.warning("the agent waits: %s", away)
            await _sleep(RETRY_S, stop)


def _jobs(settings: Settings, steps: AgentSteps) -> list[Job]:
    every = settings.agent
    review = Between(every.review_every_s, steps.review.run, steps.review.obey)
    return [
        Job("narrate", every.narrate_every_s, steps.narration.narrate.run, shared=True),
        Job("rewrite", every.rewrite_every_s, steps.narration.narrate.rewrite, shared=True),
        Job("route", every.route_every_s, steps.delivery.route.run),
        *(
            Job(f"deliver/{kind}", every.deliver_every_s, partial(steps.delivery.deliver.run_channel, kind))
            for kind in steps.delivery.deliver.channels
        ),
        Job("poll", every.poll_every_s, steps.delivery.poll.run),
        Job("deliver/unknown", every.deliver_every_s, steps.delivery.deliver.park_unknown),
        Job("advise", every.advise_every_s, lambda: asyncio.to_thread(steps.narration.advise.run)),
        Job("silence", every.silence_every_s, lambda: asyncio.to_thread(steps.narration.silence.run)),
        Job("roll up", every.roll_up_every_s, lambda: asyncio.to_thread(steps.roll_up.run)),
        Job("decide", every.route_every_s, steps.money.decide.run),
        Job("slo", every.money_every_s, lambda: asyncio.to_thread(steps.money.slo.run)),
        Job("gate", every.money_every_s, lambda: asyncio.to_thread(steps.money.gate.run)),
        Job("ledger", every.money_every_s, lambda: asyncio.to_thread(steps.money.ledger.run)),
        Job("policy", every.money_every_s, lambda: asyncio.to_thread(steps.money.policy.run)),
        Job("trials", every.money_every_s, lambda: asyncio.to_thread(steps.verdicts.trials.run)),
        Job("verdict", every.verdict_every_s, lambda: asyncio.to_thread(steps.verdicts.verdict.run)),
        Job("brief", every.brief_every_s, lambda: asyncio.to_thread(steps.delivery.brief.run)),
        Job("forget", every.forget_every_s, lambda: asyncio.to_thread(steps.retain.run)),
        Job("review", min(every.route_every_s, every.review_every_s), partial(asyncio.to_thread, review)),
        *([Job("probe", settings.probes.due_every_s, steps.probes.run)] if steps.probes else []),
        Job("measure", every.measure_every_s, lambda: asyncio.to_thread(steps.narration.measure.run)),
    ]


async def _schedule(jobs: list[Job], alone: Alone, stop: asyncio.Event, counts: AgentCounts, pulse: Pulse) -> None:
    """Runs the jobs until `stop` is set, each at once and then at its interval, never twice at a time: a shared one in
    this agent, the others anywhere. A tick that is missed, or comes while the job still runs, is left out.

    A job's Fatal sets `stop` and is raised when the others have settled.
    """
    ticks = [Tick(job, alone, stop, counts, pulse) for job in jobs]
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


def _set_up_logging(settings: Settings) -> None:
    log_to_stderr(as_json=settings.log.is_json)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)  # it warns of every tick that a slow model makes it skip
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # of the openai package: a probe asks thousands of times


def _stop_on_signals() -> asyncio.Event:
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop
