from datetime import timedelta

import pytest

from coagent.domain.errors import Transient
from coagent.domain.segment import Segment
from coagent.domain.silence import Silence
from coagent.steps.narrate import AT_ONCE
from tests.narration import ScriptedModel, Stage
from tests.shown_subjects import ONSET, saving, swap


def silence() -> Silence:
    return Silence(
        id="c0ffee",
        sequence=1,
        segment=Segment("openai", "gpt-4", tenant="acme"),
        status="silent",
        last=ONSET,
        noticed=ONSET + timedelta(hours=3),
        returned=None,
        pauses=30,
        longest_s=600.0,
    )


@pytest.fixture
def world() -> Stage:
    return Stage()


async def test_writes_each_sequence_once(world):
    world.telemetry.write_shifts([swap()])
    world.store.save_opportunities([saving()], ONSET)
    assert 2 == await world.step.run()
    assert 0 == await world.step.run()
    assert ["opportunity", "shift"] == sorted(insight.kind for insight in world.store.insights.values())
    assert 2 == len(world.outbox.entries)


async def test_writes_an_update_in_place(world):
    world.telemetry.write_shifts([swap()])
    await world.step.run()
    world.telemetry.write_shifts([swap(sequence=4, status="recovered")])
    assert 1 == await world.step.run()
    (insight,) = world.store.insights.values()
    assert (4, False) == (insight.sequence, insight.page)
    assert 2 == len(world.outbox.entries)


async def test_many_are_written_over_several_runs(world):
    world.telemetry.write_shifts([swap(id=f"s-{i}") for i in range(AT_ONCE + 3)])
    assert [AT_ONCE, 3, 0] == [await world.step.run() for _ in range(3)]


async def test_a_store_that_fails_once_holds_up_no_other(world, monkeypatch):
    world.telemetry.write_shifts([swap(id=f"s-{i}") for i in range(3)])
    save = world.store.save_insight

    def fail_once(insight, messages, drafts):
        if insight.subject_id == "s-1":
            monkeypatch.setattr(world.store, "save_insight", save)
            raise Transient("away")
        save(insight, messages, drafts)

    monkeypatch.setattr(world.store, "save_insight", fail_once)
    with pytest.raises(Transient):
        await world.step.run()
    assert 2 == len(world.outbox.entries)
    world.clock.move(timedelta(seconds=6))
    assert 1 == await world.step.run()
    assert 3 == len(world.outbox.entries)


async def test_leaves_no_thread_behind(world):
    world.telemetry.write_shifts([swap()])
    await world.step.run()
    assert [] == [checkpoint async for checkpoint in world.saver.alist(None)]


async def test_silences_are_written_by_code_alone():
    stage = Stage(ScriptedModel([]))
    stage.silences.save_silences([silence()])
    assert 1 == await stage.step.run()
    assert 0 == await stage.step.rewrite()
    (insight,) = stage.store.insights.values()
    assert "Silent: no requests of openai/gpt-4" == insight.title
    assert 0 == await stage.step.run()
