import asyncio
from contextlib import asynccontextmanager

import pytest

from coagent.domain.errors import Fatal, Transient
from coagent.entrypoints.agent import Job, _schedule


@asynccontextmanager
async def alone(_name):
    yield True


async def test_a_fatal_job_ends_the_agent_and_a_transient_one_does_not():
    ran = asyncio.Event()

    async def away():
        ran.set()
        raise Transient("busy")

    async def broken():
        await ran.wait()
        raise Fatal("run `coagent migrate`")

    stop = asyncio.Event()
    with pytest.raises(Fatal, match="coagent migrate"):
        async with asyncio.timeout(10):
            await _schedule([Job("narrate", 60, away), Job("deliver", 60, broken)], alone, stop)
    assert stop.is_set()
