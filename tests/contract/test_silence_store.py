from datetime import timedelta

from coagent.domain.segment import Segment
from coagent.domain.silence import Pauses
from tests.contract.conftest import World
from tests.contract.samples import NOON, SEGMENT, insight, rollup, silence

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
NOW = NOON + DAY
OTHER = Segment("openai", "gpt-4", task="chat")


def write(world: World, segment: Segment, *minutes: int) -> None:
    rollups = [rollup(segment=segment, minute=NOON + minute * MINUTE, part=part) for minute in minutes for part in "ab"]
    world.telemetry.write_rollups(rollups)


def test_minutes_that_have_not_come_yet_do_not_count(world: World) -> None:
    write(world, SEGMENT, 0, 5000)
    write(world, OTHER, 9000)
    world.silences.save_silences([silence()])
    assert world.silences.newest_minute(NOW) == NOON
    assert [] == quiet(world)  # it was reported, at the minute that is the newest now
    assert [] == world.silences.returned_silences(NOW)


def test_a_backlog_is_kept_apart_from_silences_of_segments(world: World) -> None:
    lag = silence(id="lag", segment=Segment("(coagent)", "ingest"), about="coagent", waiting=61)
    world.silences.save_silences([silence(), lag])
    assert [lag] == world.silences.open_lags()
    write(world, Segment("(coagent)", "ingest"), 50)
    assert [] == world.silences.returned_silences(NOW)
    world.silences.save_silences([silence(id="lag", sequence=2, status="returned", returned=NOW, about="coagent")])
    assert [] == world.silences.open_lags()


def quiet(world: World, **changes) -> list[Pauses]:
    times = {"since": NOON - DAY, "before": NOON + 100 * MINUTE, "newest": NOON + DAY, "now": NOON + DAY, **changes}
    return sorted(world.silences.quiet_segments(**times), key=lambda one: one.segment)


def test_nothing_is_newest_of_nothing(world: World) -> None:
    assert (world.silences.newest_minute(NOW), quiet(world)) == (None, [])


def test_the_pauses_of_a_segment_that_is_quiet(world: World) -> None:
    write(world, SEGMENT, 0, 1, 2, 9, 12)
    write(world, OTHER, 0, 200)

    assert world.silences.newest_minute(NOW) == NOON + 200 * MINUTE
    paused = Pauses(segment=SEGMENT, first=NOON, last=NOON + 12 * MINUTE, pauses=4, longest=7 * MINUTE)
    assert [paused] == quiet(world)


def test_one_that_has_the_newest_minute_is_among_them_where_asked(world: World) -> None:
    write(world, SEGMENT, 0)
    write(world, OTHER, 0, 200)
    found = quiet(world, newest=NOON + 200 * MINUTE)
    assert [(OTHER, 1), (SEGMENT, 0)] == [(one.segment, one.pauses) for one in found]


def test_what_lies_before_the_time_looked_at_does_not_count(world: World) -> None:
    write(world, SEGMENT, 0, 5, 6)
    write(world, OTHER, 0)
    found = quiet(world, since=NOON + 5 * MINUTE)
    assert [(SEGMENT, NOON + 5 * MINUTE, 1)] == [(one.segment, one.first, one.pauses) for one in found]


def test_a_silence_is_reported_once_and_its_end_once(world: World) -> None:
    write(world, SEGMENT, 0)
    for _ in range(2):
        world.silences.save_silences([silence()])
    assert [silence()] == world.silences.unreported_silences(9)
    assert [] == quiet(world)
    assert [] == world.silences.returned_silences(NOW)

    world.insights.save_insight(insight(id="s", kind="silence", subject_id="silence-1", sequence=1), [])
    assert [] == world.silences.unreported_silences(9)

    write(world, SEGMENT, 500, 400)
    assert [(silence(), NOON + 400 * MINUTE)] == world.silences.returned_silences(NOW)
    back = silence(status="returned", sequence=2, returned=NOON + 400 * MINUTE)
    world.silences.save_silences([back])
    world.silences.save_silences([silence()])
    assert [back] == world.silences.unreported_silences(9)
    assert [] == world.silences.returned_silences(NOW)
