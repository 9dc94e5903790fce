"""Who stops is told once, whoever only pauses is not."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np
import pytest

from coagent.adapters.memory.insight_store import MemoryInsightStore
from coagent.adapters.memory.outbox import MemoryOutbox
from coagent.adapters.memory.silence_store import MemorySilenceStore
from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.domain.segment import Segment
from coagent.domain.silence import Silence
from coagent.narrate.silence_text import silence_insight
from coagent.steps.silence import SilenceStep
from tests.contract.samples import NOON, rollup

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BUSY, OTHER = Segment("openai", "gpt-4", task="summary"), Segment("anthropic", "claude", task="chat")


class World:
    def __init__(self) -> None:
        self.telemetry = MemoryTelemetryStore()
        self.store = MemorySilenceStore(self.telemetry, MemoryInsightStore(self.telemetry, MemoryOutbox()))
        self.at = NOON
        self.step = SilenceStep(self.store, self)

    def now(self) -> datetime:
        return self.at

    def write(self, segment: Segment, minutes: Iterable[int]) -> None:
        self.telemetry.write_rollups([rollup(segment=segment, minute=NOON + minute * MINUTE) for minute in minutes])

    def look(self, minute: int) -> list[Silence]:
        """What is silent after a look at that minute."""
        self.at = NOON + minute * MINUTE
        self.step.run()
        return [one for one in self.store.silences.values() if one.status == "silent"]


DAYS = 24 * 60


def test_a_busy_segment_that_stops_while_others_go_on_is_told_once_and_then_its_return() -> None:
    world = World()
    world.write(OTHER, range(4 * DAYS))
    world.write(BUSY, range(3 * DAYS))
    assert [one.segment for one in world.look(4 * DAYS)] == [BUSY]
    for _ in range(3):
        assert world.step.run() == 0
    world.write(BUSY, [4 * DAYS + 5])
    assert world.look(4 * DAYS + 6) == []
    [silence] = world.store.silences.values()
    assert (silence.sequence, silence.returned) == (2, NOON + (4 * DAYS + 5) * MINUTE)


def test_it_is_told_as_soon_as_it_is_out_of_the_ordinary() -> None:
    world = World()
    world.write(BUSY, range(3 * DAYS))
    world.write(OTHER, range(3 * DAYS + 15))
    assert world.look(3 * DAYS + 15) == []
    world.write(OTHER, range(3 * DAYS + 15, 3 * DAYS + 20))
    assert len(world.look(3 * DAYS + 20)) == 1


def test_a_young_segment_may_rest_for_its_first_night() -> None:
    world = World()
    world.write(OTHER, range(2 * DAYS))
    world.write(BUSY, range(600))
    assert world.look(DAYS + 500) == []


def test_nights_and_a_first_weekend_are_no_silence() -> None:
    world = World()
    work = [day * DAYS + minute for day in range(5) for minute in range(480, 1080)]
    world.write(BUSY, work)
    world.write(OTHER, range(7 * DAYS + 400))
    assert world.look(7 * DAYS + 400) == []
    world.write(OTHER, range(7 * DAYS + 400, 9 * DAYS))
    assert [one.segment for one in world.look(9 * DAYS)] == [BUSY]


@pytest.mark.parametrize("seed", range(5))
def test_sparse_traffic_that_comes_by_chance_is_not_told_and_its_end_is(seed: int) -> None:
    world = World()
    hours = np.cumsum(np.random.default_rng(seed).exponential(60, 400)).astype(int)
    end = int(hours[-1])
    told = 0
    for at in range(0, end, 240):
        world.write(OTHER, [at + 240])
        world.write(BUSY, hours[(hours >= at) & (hours < at + 240)].tolist())
        told += len([one for one in world.look(at + 240) if one.segment == BUSY])
    assert told == 0
    world.write(OTHER, [end + 4 * DAYS])
    assert [one.segment for one in world.look(end + 4 * DAYS)] == [BUSY]


def test_where_everything_stops_one_speaks_for_all() -> None:
    world = World()
    for segment in (BUSY, OTHER, Segment("openai", "gpt-4", task="third")):
        world.write(segment, range(3 * DAYS))
    assert world.look(3 * DAYS + 10) == []
    assert [one.segment for one in world.look(3 * DAYS + 60)] == [OTHER]


def test_what_is_too_short_to_judge_is_not_judged() -> None:
    world = World()
    world.write(BUSY, range(20))
    world.write(OTHER, range(3 * DAYS))
    assert world.look(3 * DAYS) == []


def test_it_is_told_in_words_and_pages_nobody() -> None:
    world = World()
    world.write(OTHER, range(4 * DAYS))
    world.write(BUSY, range(3 * DAYS))
    [silence] = world.look(4 * DAYS)
    told = silence_insight(silence, world.at)
    assert (told.kind, told.page, told.sequence, told.title) == (
        "silence",
        False,
        1,
        "Silent: no requests of openai/gpt-4",
    )
    assert "`openai/gpt-4` has had no requests since 2026-03-04 11:59" in told.text
    assert "Longest earlier gap: 1 minute (4,319 gaps seen)." in told.text
    assert "task `summary`" in told.text

    world.write(BUSY, [4 * DAYS + 5])
    world.look(4 * DAYS + 6)
    [back] = world.store.silences.values()
    again = silence_insight(back, world.at)
    assert (again.id, again.sequence, again.title) == (told.id, 2, "Back: openai/gpt-4 has requests again")
    assert "after 24.1 hours" in again.text
