"""Who stops is reported once, whoever only pauses is not."""

from collections.abc import Iterable
from datetime import datetime, timedelta

import numpy as np
import pytest

from coagent.adapters.memory.insight_store import MemoryInsightStore
from coagent.adapters.memory.outbox import MemoryOutbox
from coagent.adapters.memory.silence_store import MemorySilenceStore
from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.domain.heartbeat import Heartbeat, Process
from coagent.domain.segment import Segment
from coagent.domain.silence import Silence, StagePosition
from coagent.narrate.insights import plain_insight
from coagent.steps.silence import SilenceStep
from tests.contract.samples import NOON, heartbeat, rollup

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BUSY, OTHER = Segment("openai", "gpt-4", task="summary"), Segment("anthropic", "claude", task="chat")


class World:
    def __init__(self) -> None:
        self.telemetry = MemoryTelemetryStore()
        self.store = MemorySilenceStore(self.telemetry, MemoryInsightStore(self.telemetry, MemoryOutbox()))
        self.at = NOON
        self.positions = [StagePosition("ingest", {"t[0]": 0}, {"t[0]": 0})]
        self.heartbeats: list[Heartbeat] = []
        self.step = self.begin()

    def begin(self) -> SilenceStep:
        return SilenceStep(self.store, self, self, self, timedelta(minutes=2))

    def read(self) -> list[Heartbeat]:
        return self.heartbeats

    def stages(self) -> list[StagePosition]:
        return self.positions

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


def test_a_busy_segment_that_stops_while_others_go_on_is_reported_once_and_then_its_return() -> None:
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


def test_it_is_reported_as_soon_as_it_is_out_of_the_ordinary() -> None:
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
def test_sparse_traffic_that_comes_by_chance_is_not_reported_and_its_end_is(seed: int) -> None:
    world = World()
    hours = np.cumsum(np.random.default_rng(seed).exponential(60, 400)).astype(int)
    end = int(hours[-1])
    reported = 0
    for at in range(0, end, 240):
        world.write(OTHER, [at + 240])
        world.write(BUSY, hours[(hours >= at) & (hours < at + 240)].tolist())
        reported += len([one for one in world.look(at + 240) if one.segment == BUSY])
    assert reported == 0
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


def test_it_is_reported_in_words_and_pages_nobody() -> None:
    world = World()
    world.write(OTHER, range(4 * DAYS))
    world.write(BUSY, range(3 * DAYS))
    [silence] = world.look(4 * DAYS)
    reported = plain_insight(silence, silence.sequence, world.at)
    assert (reported.kind, reported.page, reported.sequence, reported.title) == (
        "silence",
        False,
        1,
        "Silent: no requests of openai/gpt-4",
    )
    assert "`openai/gpt-4` has had no requests since 2026-03-04 11:59" in reported.text
    assert "Longest earlier gap: 1 minute (4,319 gaps seen)." in reported.text
    assert "task `summary`" in reported.text

    world.write(BUSY, [4 * DAYS + 5])
    world.look(4 * DAYS + 6)
    [back] = world.store.silences.values()
    again = plain_insight(back, back.sequence, world.at)
    assert (again.id, again.sequence, again.title) == (reported.id, 2, "Back: openai/gpt-4 has requests again")
    assert "after 24.1 hours" in again.text


def ingest(read: int, end: int) -> list[StagePosition]:
    return [StagePosition("ingest", {"t[0]": read}, {"t[0]": end}), StagePosition("sink", {"r[0]": 9}, {"r[0]": 9})]


def fleet_that_stops() -> World:
    """61 segments of which all but OTHER stop after three days; the first look is at their last minute."""
    world = World()
    for number in range(60):
        world.write(Segment("openai", f"model-{number}"), range(0, 3 * DAYS, 10))
    world.write(OTHER, range(0, 3 * DAYS + 60, 10))
    assert world.look(3 * DAYS) == []
    return world


def test_a_stop_of_ingest_is_reported_as_that_once_and_so_is_its_end() -> None:
    world = fleet_that_stops()
    for minute in range(3 * DAYS + 2, 3 * DAYS + 300, 2):  # requests come in, nobody reads them
        world.positions = ingest(1000, 1000 + minute)
        found = world.look(minute)
    [lag] = found
    assert (lag.about, lag.segment) == ("coagent", Segment("(coagent)", "ingest"))
    reported = plain_insight(lag, lag.sequence, world.at)
    assert reported.title.startswith("coagent is behind: ingest has ")
    assert "`coagent doctor`" in reported.text
    assert (reported.page, "no segment is called silent" in reported.text) == (False, True)

    world.positions = ingest(99_000, 99_000)
    assert len(world.look(7 * DAYS)) == 61  # they really have stopped
    [over] = [one for one in world.store.silences.values() if one.about == "coagent"]
    assert (over.id, over.sequence, over.status) == (lag.id, 2, "returned")
    assert plain_insight(over, over.sequence, world.at).title == "coagent has caught up: ingest"


def test_a_new_process_reports_no_second_time_what_is_still_behind() -> None:
    world = fleet_that_stops()
    world.positions = ingest(0, 1000)
    world.look(3 * DAYS + 2)
    assert len(world.look(3 * DAYS + 4)) == 1
    world.step = world.begin()
    world.look(3 * DAYS + 90)
    assert len(world.look(3 * DAYS + 120)) == 1


def test_a_reader_under_load_is_not_behind_and_silences_are_judged() -> None:
    world = World()
    world.write(OTHER, range(4 * DAYS))
    world.write(BUSY, range(3 * DAYS))
    world.positions = ingest(1000, 1200)
    assert world.look(4 * DAYS - 3) == []  # nobody knows yet for how long they wait
    world.positions = ingest(5200, 5400)
    assert [one.segment for one in world.look(4 * DAYS)] == [BUSY]


def test_a_log_that_begins_anew_is_no_backlog() -> None:
    world = fleet_that_stops()
    world.positions = ingest(5000, 5000)
    world.look(3 * DAYS + 1)
    world.positions = ingest(0, 10)
    assert [one for one in world.look(3 * DAYS + 5) if one.about == "coagent"] == []


def test_a_record_a_day_ahead_makes_no_silence_of_each_segment() -> None:
    world = World()
    for number in range(60):
        world.write(Segment("openai", f"model-{number}"), range(0, 3 * DAYS, 10))
    world.write(OTHER, [*range(0, 3 * DAYS, 10), 5 * DAYS])
    assert len(world.look(4 * DAYS + 300)) == 1


def beat(minute: float, progressed: float | None, process: Process = "sink", started: float = 0) -> Heartbeat:
    return heartbeat(
        process=process,
        at=NOON + minute * MINUTE,
        started=NOON + started * MINUTE,
        progressed=None if progressed is None else NOON + progressed * MINUTE,
    )


def lags(world: World, minute: float, *beats: Heartbeat) -> list[Silence]:
    world.heartbeats = list(beats)
    return [one for one in world.look(minute) if one.about == "coagent"]  # type: ignore[arg-type]


def test_a_process_that_stops_is_reported_once_and_so_is_its_return() -> None:
    """Although nothing waits for it."""
    world = World()
    assert lags(world, 1, beat(1, 1)) == []
    assert lags(world, 2, beat(1.2, 1.2)) == []
    for minute in range(3, 300, 2):
        found = lags(world, minute)
    [stopped] = found
    assert (stopped.segment.request_model, stopped.last, stopped.waiting) == ("sink", NOON + 1.2 * MINUTE, None)
    reported = plain_insight(stopped, stopped.sequence, world.at)
    assert reported.title == "coagent has stopped: sink makes no progress"
    assert "`sink` has made no progress since 2026-03-01 12:01" in reported.text
    assert "`coagent doctor`" in reported.text

    assert lags(world, 301, beat(301, 301)) == []
    [over] = world.store.silences.values()
    again = plain_insight(over, over.sequence, world.at)
    assert (again.id, again.sequence, again.title) == (reported.id, 2, "coagent is back: sink")
    assert "was back by 2026-03-01 17:01" in again.text


def test_a_process_that_reports_but_does_not_get_on_is_one_that_stopped() -> None:
    world = World()
    for minute in range(1, 9):
        found = lags(world, minute, beat(minute, 1, "worker"), beat(minute, minute, "ingest"))
    assert [one.segment.request_model for one in found] == ["worker"]


def test_a_process_that_starts_again_and_again_makes_no_progress() -> None:
    world = World()
    for minute in range(1, 9):
        found = lags(world, minute, beat(minute, None, started=minute - 0.1))
    assert [one.segment.request_model for one in found] == ["sink"]


def test_one_instance_that_leaves_while_another_works_is_nothing() -> None:
    world = World()
    for minute in range(1, 9):
        gone = [beat(minute, minute, "worker")] if minute < 3 else []
        assert lags(world, minute, beat(minute, minute, "worker"), *gone) == []


def test_after_the_machine_slept_nobody_is_called_stopped() -> None:
    world = World()
    for minute in (1, 3, 5, 7):
        assert lags(world, minute, beat(minute, minute)) == []
    assert lags(world, 500) == []
    assert lags(world, 501, beat(501, 501)) == []
    assert lags(world, 503, beat(503, 503)) == []


def test_a_clock_ahead_hides_no_stop() -> None:
    world = World()
    assert lags(world, 1, beat(1, 9_999_999)) == []
    assert len([one for minute in range(2, 9) for one in lags(world, minute)]) > 0
