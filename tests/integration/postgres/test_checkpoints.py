import asyncio

import psycopg
import pytest

from coagent.adapters.embedded.broker import free_port
from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.postgres.checkpoints import open_checkpoints
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.deliver.outbox_messages import outbox_messages
from coagent.domain.errors import Fatal, Transient
from coagent.domain.subject import Waiting
from coagent.narrate.codec import StateSerializer
from coagent.narrate.narrator import Narrator
from coagent.narrate.nodes import World
from tests.narration import ScriptedModel, good_answer
from tests.shown_subjects import ONSET, swap

BAD = {**good_answer(swap()), "headline": "size.invented"}


def narrator(engine, saver, *answers) -> Narrator:
    store = PostgresInsightStore(engine)
    world = World(store=store, clock=FixedClock(ONSET), messages=outbox_messages, model=ScriptedModel(answers))
    return Narrator(world, saver)


async def test_what_was_cut_off_outlives_its_process(postgres_url, postgres_engine):
    waiting = Waiting(swap(), 3, 1)
    async with open_checkpoints(postgres_url, StateSerializer()) as saver:
        with pytest.raises(RuntimeError):
            await narrator(postgres_engine, saver, BAD, RuntimeError("killed")).write(waiting)
    async with open_checkpoints(postgres_url, StateSerializer()) as saver:
        insight = await narrator(postgres_engine, saver, good_answer(swap())).write(waiting)
        assert ("model:scripted", 3, 1) == (insight.narrator, insight.sequence, insight.provenance.revisions)
    with psycopg.connect(postgres_url) as connection:
        assert (0,) == connection.execute("select count(*) from coagent.checkpoints").fetchone()


async def test_two_agents_may_start_at_once(postgres_url):
    async def open_once() -> None:
        async with open_checkpoints(postgres_url, StateSerializer()):
            pass

    await asyncio.gather(*(open_once() for _ in range(4)))


async def test_says_what_is_missing(empty_postgres_url):
    with pytest.raises(Fatal, match="coagent migrate"):
        async with open_checkpoints(empty_postgres_url, StateSerializer()):
            pass
    with pytest.raises(Fatal, match="COAGENT_POSTGRES__URL"):
        async with open_checkpoints("postgresql://u:hidden@127.0.0.1:1/d?foo=bar", StateSerializer()):
            pass
    with pytest.raises(Transient, match="does not answer"):
        async with open_checkpoints(f"postgresql://postgres@127.0.0.1:{free_port()}/postgres", StateSerializer()):
            pass
