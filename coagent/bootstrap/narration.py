"""What `coagent agent` finds and words: opportunities, silences, insights."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine

from coagent.adapters.kafka.control_topic import ControlTopic
from coagent.adapters.kafka.heartbeats import HeartbeatReader
from coagent.adapters.postgres.checkpoints import open_checkpoints
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.investigate import PostgresInvestigator
from coagent.adapters.postgres.silence_store import PostgresSilenceStore
from coagent.adapters.postgres.usage_reader import PostgresUsageReader
from coagent.advise import Gpu
from coagent.bootstrap.kafka import kafka_connection
from coagent.bootstrap.lag import stage_positions
from coagent.bootstrap.model import chat_model
from coagent.bootstrap.postgres import postgres_url
from coagent.bootstrap.prices import DatedPrices
from coagent.deliver.outbox_messages import outbox_messages
from coagent.detect.constants import ASSUMED_ROWS_PER_MONTH
from coagent.narrate.codec import StateSerializer
from coagent.narrate.investigation import Limits
from coagent.narrate.narrator import Narrator
from coagent.narrate.nodes import World
from coagent.ports import AfterEffects, Clock
from coagent.settings import Settings
from coagent.steps.advise import AdviseStep
from coagent.steps.measure import MeasureStep
from coagent.steps.narrate import NarrateStep
from coagent.steps.silence import SilenceStep


@dataclass(frozen=True, slots=True)
class NarrationSteps:
    """`narrate` words what the others find."""

    narrate: NarrateStep
    advise: AdviseStep
    silence: SilenceStep
    measure: MeasureStep


def narrator_world(settings: Settings, engine: Engine, clock: Clock, effects: AfterEffects) -> World:
    """What the narrator asks of the outside. Raises Fatal where the model is named by half."""
    agent = settings.agent
    return World(
        store=_insights(settings, engine),
        clock=clock,
        messages=outbox_messages,
        model=chat_model(settings),
        investigator=PostgresInvestigator(engine),
        effects=effects,
        limits=Limits(agent.questions, agent.lookup_s, agent.rewrite_s),
    )


@asynccontextmanager
async def open_narrator(settings: Settings, world: World) -> AsyncIterator[Narrator]:
    """With its checkpoints in the database. Raises Transient where that is away."""
    async with open_checkpoints(postgres_url(settings), StateSerializer()) as saver:
        yield Narrator(world, saver)


def narration_steps(
    settings: Settings, engine: Engine, clock: Clock, narrator: Narrator, control: ControlTopic
) -> NarrationSteps:
    """Raises Fatal where no cluster is named, or the file of prices cannot be read."""
    store, silences = _insights(settings, engine), PostgresSilenceStore(engine)
    usage, prices = PostgresUsageReader(engine), DatedPrices(settings)
    lookback = timedelta(days=settings.agent.lookback_days)
    return NarrationSteps(
        narrate=NarrateStep(store, silences, narrator, clock),
        advise=AdviseStep(usage, store, prices, clock, lookback=lookback, gpu=_gpu(settings)),
        silence=SilenceStep(
            silences,
            stage_positions(settings),
            HeartbeatReader(kafka_connection(settings)),
            clock,
            timedelta(seconds=max(settings.agent.behind_s, settings.agent.silence_every_s)),
        ),
        measure=MeasureStep(store, control, clock, ASSUMED_ROWS_PER_MONTH),
    )


def _insights(settings: Settings, engine: Engine) -> PostgresInsightStore:
    return PostgresInsightStore(engine, timedelta(seconds=settings.agent.claim_s))


def _gpu(settings: Settings) -> Gpu | None:
    given = settings.self_hosting
    if given.gpu_usd_per_hour is None or given.gpu_output_tokens_per_s is None or given.model is None:
        return None
    return Gpu(given.gpu_usd_per_hour, given.gpu_output_tokens_per_s, given.model)
