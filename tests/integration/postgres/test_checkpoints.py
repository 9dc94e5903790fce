import asyncio

import psycopg
import pytest

from coagent.adapters.embedded.broker import free_port
from coagent.adapters.postgres.checkpoints import open_checkpoints
from coagent.domain.errors import Fatal, Transient
from coagent.narrate.narrator import Narrator
from tests.told_subjects import ONSET, swap

GOOD = {"title": "gpt-4 changed", "text": "Since 14:03 UTC `gpt-4` differs: output tokens fell from 212 to 148."}


class Model:
    name = "m"

    def __init__(self, *answers) -> None:
        self._answers = list(answers)

    async def answer(self, system, user, schema):
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_a_telling_outlives_its_process(postgres_url):
    async with open_checkpoints(postgres_url) as saver:
        first = Narrator(Model({"title": "x", "text": "4,711"}, RuntimeError("killed")), saver)
        with pytest.raises(RuntimeError):
            await first.write(swap(), 3, ONSET)
    async with open_checkpoints(postgres_url) as saver:
        narrator = Narrator(Model(GOOD), saver)
        insight = await narrator.write(swap(), 3, ONSET)
        assert ("model:m", 3) == (insight.narrator, insight.sequence)
        await narrator.forget(insight)
    with psycopg.connect(postgres_url) as connection:
        assert (0,) == connection.execute("select count(*) from coagent.checkpoints").fetchone()


async def test_two_agents_may_start_at_once(postgres_url):
    async def open_once() -> None:
        async with open_checkpoints(postgres_url):
            pass

    await asyncio.gather(*(open_once() for _ in range(4)))


async def test_says_what_is_missing(empty_postgres_url):
    with pytest.raises(Fatal, match="coagent migrate"):
        async with open_checkpoints(empty_postgres_url):
            pass
    with pytest.raises(Fatal, match="COAGENT_POSTGRES__URL"):
        async with open_checkpoints("postgresql://u:hidden@127.0.0.1:1/d?foo=bar"):
            pass
    with pytest.raises(Transient, match="does not answer"):
        async with open_checkpoints(f"postgresql://postgres@127.0.0.1:{free_port()}/postgres"):
            pass
