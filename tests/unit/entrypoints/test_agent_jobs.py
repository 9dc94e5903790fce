import asyncio
from contextlib import asynccontextmanager

import pytest

from coagent.adapters.metrics import declared
from coagent.adapters.metrics.server import Sample
from coagent.adapters.postgres.owed import Owed
from coagent.adapters.pulse import Pulse
from coagent.domain.errors import Fatal, Transient
from coagent.entrypoints import agent_jobs
from coagent.entrypoints.agent import _schedule
from coagent.entrypoints.agent_jobs import Job
from coagent.entrypoints.metrics import AgentCounts
from coagent.settings import Settings


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

    stop, counts = asyncio.Event(), AgentCounts()
    with pytest.raises(Fatal, match="coagent migrate"):
        async with asyncio.timeout(10):
            await _schedule([Job("narrate", 60, away), Job("deliver", 60, broken)], alone, stop, counts, Pulse())
    assert stop.is_set()
    assert counts.failures["narrate"] > 0 == counts.runs["narrate"]


async def test_a_scrape_while_it_looks_still_sees_what_was_known(monkeypatch: pytest.MonkeyPatch):
    counts, seen = AgentCounts(waits=[Sample(declared.PARKED, 1)]), []

    class Reader:
        def read(self) -> Owed:
            seen.extend(counts.samples())
            return Owed(0.0, 0.0, 2)

    class Nowhere:
        def stages(self) -> list:
            raise Transient("Kafka is away")

    monkeypatch.setattr(agent_jobs, "owed_reader", lambda _: Reader())
    monkeypatch.setattr(agent_jobs, "stage_positions", lambda _: Nowhere())
    with pytest.raises(Transient):
        await agent_jobs.look_at_waits(Settings(), counts)()
    assert [1] == [one.value for one in seen]
    assert [] == list(counts.samples()), "what cannot be looked up is not known"


@asynccontextmanager
async def taken(_name):
    yield False


async def test_a_shared_job_runs_although_another_agent_holds_the_lock():
    stop, ran = asyncio.Event(), []

    async def shared():
        stop.set()
        return 1

    async def alone_job():
        ran.append(1)
        return 1

    async with asyncio.timeout(10):
        jobs = [Job("alone", 60, alone_job), Job("shared", 60, shared, shared=True)]
        await _schedule(jobs, taken, stop, AgentCounts(), Pulse())
    assert [] == ran


async def test_a_slow_job_does_not_overlap_itself_and_its_missed_ticks_are_left_out():
    stop, under_way, most, runs = asyncio.Event(), [], [], []

    async def slow():
        under_way.append(1)
        most.append(len(under_way))
        await asyncio.sleep(0.2)
        under_way.pop()
        runs.append(1)
        if len(runs) == 3:
            stop.set()
        return 1

    async with asyncio.timeout(20):
        await _schedule([Job("slow", 0.01, slow)], alone, stop, AgentCounts(), Pulse())
    assert {1} == set(most)
    assert len(runs) <= 4
