"""Killed at any node: one insight, one message a channel, and the decision still waiting."""

import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.postgres.checkpoints import open_checkpoints
from coagent.adapters.postgres.engine import make_engine
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.silence_store import PostgresSilenceStore
from coagent.deliver.outbox_messages import outbox_messages
from coagent.domain.notice import Word
from coagent.narrate.codec import StateSerializer
from coagent.narrate.insights import insight_id
from coagent.narrate.narrator import Narrator
from coagent.narrate.nodes import World
from coagent.steps.narrate import NarrateStep
from tests.narration import ScriptedModel, good_answer
from tests.shown_subjects import ONSET, saving

ROOT = Path(__file__).parents[3]
KILLED = 9
CLAIM, LATER = timedelta(seconds=15), ONSET + timedelta(seconds=20)
"""What a dead agent had claimed is taken over after a while."""
APPROVED = Word(id="w1", conversation=insight_id(saving()), kind="approve", by="ann", via="cli", at=ONSET)
NODES = [
    *(("run", node) for node in ("gather", "investigate", "arrange_plainly", "persist", "approve")),
    *(("rewrite", node) for node in ("choose", "check", "persist")),
    *(("resume", node) for node in ("approve", "apply")),
]


class Effects:
    """Keeps the words that were applied in a file, each once."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def apply(self, opportunity, word) -> None:
        if word.id not in self.words():
            with self._path.open("a") as file:
                file.write(f"{word.id}\n")

    def words(self) -> list[str]:
        return self._path.read_text().split() if self._path.exists() else []


def narrator(engine, saver, effects: str, at=ONSET) -> Narrator:
    world = World(
        store=PostgresInsightStore(engine),
        clock=FixedClock(at),
        messages=outbox_messages,
        model=ScriptedModel(lambda *_: good_answer(saving())),
        effects=Effects(Path(effects)),
    )
    return Narrator(world, saver)


def step(engine, saver, effects: str, at=ONSET) -> NarrateStep:
    store, silences = PostgresInsightStore(engine, CLAIM), PostgresSilenceStore(engine)
    return NarrateStep(store, silences, narrator(engine, saver, effects, at), FixedClock(at))


def killed(*args: str) -> None:
    command = [sys.executable, "-m", "tests.integration.agent.killed_agent", *args]
    process = subprocess.run(command, cwd=ROOT, timeout=60, check=False, capture_output=True)
    assert KILLED == process.returncode, process.stderr.decode()


@pytest.mark.slow
@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("action", "node"), NODES)
async def test_nothing_happens_twice_and_the_decision_still_waits(postgres_url, tmp_path, action, node, when):
    if (node, when) == ("approve", "after") and action == "run":
        pytest.skip("there it waits: it has no end yet")
    engine, effects = make_engine(postgres_url), str(tmp_path / "words")
    PostgresInsightStore(engine).save_opportunities([saving()], ONSET)
    if action != "run":
        async with open_checkpoints(postgres_url, StateSerializer()) as saver:
            await step(engine, saver, effects).run()

    killed(postgres_url, effects, action, node, when)

    async with open_checkpoints(postgres_url, StateSerializer()) as saver:
        narrating = step(engine, saver, effects, LATER)
        await narrating.run()
        await narrating.rewrite()
        if action != "resume":
            assert [] == Effects(Path(effects)).words()
            assert await narrator(engine, saver, effects).waits(APPROVED.conversation)
        await narrating.resume(APPROVED)
        await narrating.resume(APPROVED)
    assert ["w1"] == Effects(Path(effects)).words()
    with psycopg.connect(postgres_url) as connection:
        assert [(1, "model:scripted")] == connection.execute(
            "select edition, narrator from coagent.insights"
        ).fetchall()
        keys = connection.execute("select count(*), count(distinct idempotency_key) from coagent.outbox").fetchone()
        assert (2, 2) == keys
        waits = "select count(*) from coagent.checkpoints where thread_id not like '%/%'"
        assert (0,) == connection.execute(waits).fetchone()
    engine.dispose()
