"""The plain insight goes out although the model hangs: the real agent on a real database and broker."""

import asyncio
import sys
import threading
from datetime import UTC, datetime

import psycopg

from coagent.settings import ModelSettings
from tests.integration.agent.test_agent import agent, broker, sink, until  # noqa: F401  the broker is a fixture
from tests.servers.local import LocalServer, json, running
from tests.shown_subjects import swap

STORED = """
select (select count(*) from coagent.insights where subject_id = '{0}'),
       (select count(*) from coagent.outbox join coagent.insights on insights.id = outbox.insight_id
        where insights.subject_id = '{0}')
"""


class Hanging(LocalServer):
    """A model that answers nobody before `let_go` is set."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.let_go = threading.Event(), threading.Event()
        self.answered = 0

    async def answer(self, request, body):
        self.asked.set()
        await asyncio.to_thread(self.let_go.wait, 60)
        self.answered += 1
        return json({}, 503)


async def test_the_plain_insight_is_stored_while_the_model_hangs(postgres_url, broker, capsys):  # noqa: F811
    server = Hanging()
    with running(server) as url:
        model = ModelSettings(base_url=f"{url}/v1", name="m")
        async with agent(postgres_url, broker.bootstrap_servers, model):
            await asyncio.to_thread(sink, postgres_url, swap(id="hung"))
            assert await asyncio.to_thread(server.asked.wait, 40)
            written = datetime.now(UTC)
            await asyncio.to_thread(sink, postgres_url, swap(id="next"))
            await asyncio.to_thread(until, postgres_url, STORED.format("next"), (1, 1))
            took_s = (datetime.now(UTC) - written).total_seconds()
            assert 0 == server.answered, "the model hung all the time"
            server.let_go.set()
    with psycopg.connect(postgres_url) as connection:
        editions = connection.execute("select edition, narrator from coagent.insights order by 1").fetchall()
    assert [(0, "deterministic")] * 2 == editions
    with capsys.disabled():
        sys.stdout.write(f"\nplain insight and its message {took_s:.2f} s after the shift, while the model hangs\n")
