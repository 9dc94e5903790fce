"""`coagent agent`: its steps, and the lock under which each runs."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, ExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import Engine

from coagent.adapters.clock import SystemClock
from coagent.adapters.postgres.advisory_lock import advisory_lock
from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.retention import PostgresRetention
from coagent.adapters.postgres.tickets import PostgresTickets
from coagent.bootstrap import channels
from coagent.bootstrap.delivery import DeliverySteps, delivery_steps
from coagent.bootstrap.kafka import control_topic
from coagent.bootstrap.money import MoneySteps, after_effects, money_steps
from coagent.bootstrap.narration import NarrationSteps, narration_steps, narrator_world, open_narrator
from coagent.bootstrap.postgres import database
from coagent.bootstrap.probes import probes_step
from coagent.bootstrap.retention import kept
from coagent.bootstrap.review import review_step
from coagent.bootstrap.verdict import VerdictSteps, verdict_steps
from coagent.ports import Picture
from coagent.settings import Settings
from coagent.steps.probes import ProbesStep
from coagent.steps.retain import RetainStep
from coagent.steps.review import ReviewStep
from coagent.steps.roll_up import RollUpStep

Alone = Callable[[str], AbstractAsyncContextManager[bool]]
"""Takes a lock by name; returns whether it is held, here and nowhere else."""


@dataclass(frozen=True, slots=True)
class AgentSteps:
    """What `coagent agent` runs, each `alone`."""

    narration: NarrationSteps
    delivery: DeliverySteps
    money: MoneySteps
    verdicts: VerdictSteps
    roll_up: RollUpStep
    retain: RetainStep
    review: ReviewStep
    alone: Alone
    probes: ProbesStep | None = None


@asynccontextmanager
async def agent_steps(settings: Settings, picture: Picture | None = None) -> AsyncIterator[AgentSteps]:
    """The steps of `coagent agent`; `picture` draws what changed for Slack. Raises Transient where the database is
    away, Fatal where a setting is missing.
    """
    engine, clock = database(settings), SystemClock()
    effects = after_effects(settings, engine, clock)
    world = narrator_world(settings, engine, clock, effects)
    outside = channels.notifiers(settings.delivery, PostgresTickets(engine), clock, picture)
    control = control_topic(settings)
    async with AsyncExitStack() as stack:
        stack.callback(engine.dispose)
        narrator = await stack.enter_async_context(open_narrator(settings, world))
        yield AgentSteps(
            narration=narration_steps(settings, engine, clock, narrator, control),
            delivery=delivery_steps(settings, engine, clock, outside, control),
            money=money_steps(settings, engine, clock, effects, narrator.resume),
            roll_up=RollUpStep(LongerRollups(engine)),
            verdicts=verdict_steps(settings, engine, clock),
            retain=RetainStep(PostgresRetention(engine), clock, kept(settings)),
            review=review_step(settings, engine, clock),
            alone=partial(alone, engine),
            probes=probes_step(settings, engine, clock, partial(alone, engine)),
        )


@asynccontextmanager
async def alone(engine: Engine, name: str) -> AsyncIterator[bool]:
    """`advisory_lock` off the event loop."""
    with ExitStack() as stack:
        try:
            yield await asyncio.to_thread(stack.enter_context, advisory_lock(engine, name))
        finally:
            await asyncio.to_thread(stack.close)
