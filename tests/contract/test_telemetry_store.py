from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from coagent.domain.command import Rate
from coagent.domain.segment import Segment
from tests.contract.conftest import World
from tests.contract.samples import (
    NOON,
    SEGMENT,
    dead_letter,
    detectors,
    dismissed,
    durations,
    intake,
    prompts,
    rollup,
    said,
    shift,
)

MINUTE = timedelta(minutes=1)
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def test_a_rollup_comes_back_as_it_was_written(world: World) -> None:
    full = rollup(duration=durations(1, 2, 3), prompt_sketch=prompts("a", "b"), prompts_known=2, refusals=0)
    bare = rollup(segment=Segment("vllm", "m", "host", None, "team"), cost_usd=None, price_version=None)

    world.telemetry.write_rollups([full, bare])

    assert sorted([full, bare], key=lambda each: each.segment.id) == world.rollups()


def test_writing_again_changes_nothing(world: World) -> None:
    for _ in range(2):
        world.telemetry.write_rollups([rollup()])
        world.telemetry.write_shifts([shift()])
        world.telemetry.write_dismissals([dismissed()])
        world.telemetry.write_dead_letters([dead_letter(), dead_letter(index=1)])

    assert [rollup()] == world.rollups()
    assert [shift()] == world.waiting()
    assert [("dismissed-1", 1, "too small to matter")] == world.dismissals()
    assert [(3, 0, "invalid_json"), (3, 1, "invalid_json")] == world.dead_letters()


def test_a_higher_sequence_replaces(world: World) -> None:
    world.telemetry.write_rollups([rollup(sequence=1)])
    world.telemetry.write_rollups([rollup(sequence=2, requests=20)])
    world.telemetry.write_shifts([shift(sequence=1)])
    world.telemetry.write_shifts([shift(sequence=3, status="recovered")])
    world.telemetry.write_dismissals([dismissed(sequence=1), dismissed(sequence=2, why="gone")])

    assert [rollup(sequence=2, requests=20)] == world.rollups()
    assert [shift(sequence=3, status="recovered")] == world.waiting()
    assert [("dismissed-1", 2, "gone")] == world.dismissals()


@pytest.mark.parametrize("stale", [1, 4, 5])
def test_an_equal_or_lower_sequence_never_overwrites(world: World, stale: int) -> None:
    world.telemetry.write_rollups([rollup(sequence=5)])
    world.telemetry.write_rollups([rollup(sequence=stale, requests=99)])
    world.telemetry.write_shifts([shift(sequence=5)])
    world.telemetry.write_shifts([shift(sequence=stale, status="accepted")])
    world.telemetry.write_dismissals([dismissed(sequence=5)])
    world.telemetry.write_dismissals([dismissed(sequence=stale, why="stale")])

    assert [rollup(sequence=5)] == world.rollups()
    assert [shift(sequence=5)] == world.waiting()
    assert [("dismissed-1", 5, "too small to matter")] == world.dismissals()


@pytest.mark.parametrize("order", [(1, 3, 2), (3, 2, 1), (2, 1, 3)])
def test_of_many_in_one_call_the_highest_sequence_stays(world: World, order: tuple[int, ...]) -> None:
    world.telemetry.write_rollups([rollup(sequence=each, requests=each) for each in order])
    world.telemetry.write_shifts([shift(sequence=each) for each in order])
    world.telemetry.write_dismissals([dismissed(sequence=each) for each in order])

    assert [rollup(sequence=3, requests=3)] == world.rollups()
    assert [shift(sequence=3)] == world.waiting()
    assert [("dismissed-1", 3, "too small to matter")] == world.dismissals()


def test_parts_of_a_minute_stand_side_by_side(world: World) -> None:
    parts = [rollup(part="0-17"), rollup(part="1-4", requests=2)]

    world.telemetry.write_rollups(parts)

    assert parts == world.rollups()


@pytest.mark.parametrize("order", [(1, 2), (2, 1)])
def test_of_detectors_only_the_newest_report_stays_as_a_whole(world: World, order: tuple[int, ...]) -> None:
    for sequence in order:
        names = ("duration_s", "error") if sequence == 1 else ("duration_s",)
        world.telemetry.write_detectors([detectors(*names, sequence=sequence, rows_seen=sequence * 100)])

    assert [("duration_s", 2, 200)] == world.detectors()


def test_detectors_of_a_state_that_began_anew_replace_those_before(world: World) -> None:
    world.telemetry.write_detectors([detectors("error", sequence=9, rows_seen=900)])
    world.telemetry.write_detectors([detectors("error", sequence=1, rows_seen=1, time=NOON + timedelta(hours=1))])

    assert [("error", 1, 1)] == world.detectors()


@pytest.mark.parametrize("late", [{"sequence": 5}, {"sequence": 6}, {"sequence": 9, "time": NOON - timedelta(days=1)}])
def test_detectors_reported_late_once_more_change_nothing(world: World, late: dict[str, Any]) -> None:
    world.telemetry.write_detectors([detectors("error", sequence=6, rows_seen=600)])
    world.telemetry.write_detectors([detectors("error", rows_seen=500, **late)])

    assert [("error", 6, 600)] == world.detectors()


def test_detectors_of_segments_stand_side_by_side(world: World) -> None:
    other = Segment("openai", "gpt-4", task="chat")
    world.telemetry.write_detectors([detectors("error"), detectors("error", segment=other, sequence=7)])

    assert [("error", 1, 700), ("error", 7, 700)] == world.detectors()


def test_a_command_is_kept_as_it_was_said_first(world: World) -> None:
    rate = Rate(id="rate-1", at=NOON, by="agent", rows_per_month=2e6)
    for offset in (5, 6):
        world.telemetry.write_commands([said(offset=offset), said(rate, offset=offset)])

    assert [("mute-1", "ann", "planned"), ("rate-1", "agent", "")] == world.commands()


def test_traffic_is_that_of_the_last_data(world: World) -> None:
    assert world.insights.traffic(timedelta(days=7), NOON) is None
    old = NOON - timedelta(days=7)
    world.telemetry.write_rollups(
        [rollup(), rollup(part="b", requests=5), rollup(minute=old), rollup(minute=old + MINUTE)]
    )

    assert world.insights.traffic(timedelta(days=7), NOON) == (25, old + MINUTE, NOON)
    world.telemetry.write_rollups([rollup(minute=NOON + timedelta(days=4000))])  # of a clock that is ahead
    assert world.insights.traffic(timedelta(days=7), NOON) == (25, old + MINUTE, NOON)


@pytest.mark.parametrize("order", [(1, 2), (2, 1), (1, 2, 1, 2, 2)])
def test_of_a_runs_counts_only_the_newest_stay_however_often_they_come(world: World, order: tuple[int, ...]) -> None:
    for sequence in order:
        counts = msgspec.structs.replace(intake().counts, read=sequence * 10)
        world.telemetry.write_intake([intake(sequence=sequence, counts=counts), intake(run="other")])

    assert [("other", 1, 20), ("run-1", 2, 20)] == world.intake()


def test_nothing_to_write_is_fine(world: World) -> None:
    world.telemetry.write_detectors([])
    world.telemetry.write_commands([])
    world.telemetry.write_rollups([])
    world.telemetry.write_shifts([])
    world.telemetry.write_dismissals([])
    world.telemetry.write_dead_letters([])
    world.telemetry.write_intake([])

    assert [] == world.rollups()


def test_a_segment_is_reported_apart_by_what_is_unknown(world: World) -> None:
    with_tenant = Segment(SEGMENT.provider, SEGMENT.request_model, task=SEGMENT.task, tenant="")

    world.telemetry.write_rollups([rollup(), rollup(segment=with_tenant)])

    assert {SEGMENT, with_tenant} == {each.segment for each in world.rollups()}
