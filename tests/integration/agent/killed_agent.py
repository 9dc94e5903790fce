"""Writes what waits, or takes up a word, and is killed before or after one node of the graph: the test starts it."""

import asyncio
import os
import sys
from functools import wraps

from coagent.adapters.postgres.checkpoints import open_checkpoints
from coagent.adapters.postgres.engine import make_engine
from coagent.narrate.codec import StateSerializer
from coagent.narrate.nodes import Nodes
from tests.integration.agent.test_killed_at_a_node import APPROVED, KILLED, step


def kill_at(node: str, when: str) -> None:
    """From now on the process ends there, at once."""
    body = getattr(Nodes, node)

    def ends(self, state):
        if when == "before":
            os._exit(KILLED)
        body(self, state)
        os._exit(KILLED)

    async def ends_later(self, state):
        if when == "before":
            os._exit(KILLED)
        await body(self, state)
        os._exit(KILLED)

    later = asyncio.iscoroutinefunction(body)
    setattr(Nodes, node, wraps(body)(ends_later if later else ends))


async def main(url: str, effects: str, action: str, node: str, when: str) -> None:
    kill_at(node, when)
    async with open_checkpoints(url, StateSerializer()) as saver:
        narrating = step(make_engine(url), saver, effects)
        if action == "resume":
            await narrating.resume(APPROVED)
        else:
            await (narrating.run() if action == "run" else narrating.rewrite())


asyncio.run(main(*sys.argv[1:]))
