import pytest
from langgraph.checkpoint.memory import MemorySaver

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.memory.insight_store import MemoryInsightStore
from coagent.adapters.memory.outbox import MemoryOutbox
from coagent.adapters.memory.silence_store import MemorySilenceStore
from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.domain.errors import Transient
from coagent.narrate.narrator import Narrator
from coagent.steps.narrate import AT_ONCE, NarrateStep
from tests.told_subjects import ONSET, saving, swap


class World:
    def __init__(self) -> None:
        self.telemetry, self.outbox = MemoryTelemetryStore(), MemoryOutbox()
        self.store = MemoryInsightStore(self.telemetry, self.outbox)
        self.silences = MemorySilenceStore(self.telemetry, self.store)
        self.step = NarrateStep(self.store, self.silences, Narrator(None), FixedClock(ONSET))


@pytest.fixture
def world() -> World:
    return World()


async def test_tells_each_sequence_once(world):
    world.telemetry.write_shifts([swap()])
    world.store.save_opportunities([saving()], ONSET)
    assert 2 == await world.step.run()
    assert 0 == await world.step.run()
    assert ["opportunity", "shift"] == sorted(insight.kind for insight in world.store.insights.values())
    assert 2 == len(world.outbox.entries)


async def test_tells_an_update_in_place(world):
    world.telemetry.write_shifts([swap()])
    await world.step.run()
    world.telemetry.write_shifts([swap(sequence=4, status="recovered")])
    assert 1 == await world.step.run()
    (insight,) = world.store.insights.values()
    assert (4, False) == (insight.sequence, insight.page)
    assert 2 == len(world.outbox.entries)


async def test_many_are_told_over_several_runs(world):
    world.telemetry.write_shifts([swap(id=f"s-{i}") for i in range(AT_ONCE + 3)])
    assert [AT_ONCE, 3, 0] == [await world.step.run() for _ in range(3)]


async def test_a_store_that_fails_once_holds_up_no_other(world, monkeypatch):
    world.telemetry.write_shifts([swap(id=f"s-{i}") for i in range(3)])
    save = world.store.save_insight

    def fail_once(insight, messages):
        if insight.subject_id == "s-1":
            monkeypatch.setattr(world.store, "save_insight", save)
            raise Transient("away")
        save(insight, messages)

    monkeypatch.setattr(world.store, "save_insight", fail_once)
    with pytest.raises(Transient):
        await world.step.run()
    assert 2 == len(world.outbox.entries)
    assert 1 == await world.step.run()
    assert 3 == len(world.outbox.entries)


async def test_leaves_no_thread_behind(world):
    saver = MemorySaver()
    world.telemetry.write_shifts([swap()])
    await NarrateStep(world.store, world.silences, Narrator(None, saver), FixedClock(ONSET)).run()
    assert [] == [checkpoint async for checkpoint in saver.alist(None)]
