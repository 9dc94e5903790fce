"""What people decide changes what is sensed and reported, once each, and never what is counted."""

from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest

from coagent.detect.config import DetectConfig
from coagent.detect.sensor.sensed import IS_TRAFFIC
from coagent.detect.state.stream import Watch
from coagent.domain.candidate import Candidate
from coagent.domain.command import Accept, Mute, Refused, Reset, ToSegment, Unmute
from coagent.domain.segment import Segment
from coagent.steps.detect import Detected, DetectStep
from coagent.steps.stream_state import decode

from .batches import SEGMENT, batch_of
from .test_detect_step import CHANGE, ROWS, sensed, traffic

START_S = 1_790_000_000.0


class World:
    """One segment; each step is taken by a process of its own, so that nothing hides outside of the state."""

    def __init__(self, columns: dict[str, Any]) -> None:
        self.columns = columns
        self.state: bytes | None = None
        self.rows = 0
        self.reported: list[Candidate] = []
        self.counted: dict[tuple[Any, str], int] = {}

    def feed(self, until: int) -> list[Candidate]:
        reported: list[Candidate] = []
        while self.rows < until:
            stop = min(until, self.rows + 100)
            part = {name: values[self.rows : stop] for name, values in self.columns.items()}
            reported += self._take(DetectStep(DetectConfig())(self.state, batch_of(part, self.rows)))
            self.rows = stop
        return reported

    def say(self, command: ToSegment) -> list[Candidate]:
        return self._take(DetectStep(DetectConfig()).obey(self.state, command))

    def _take(self, detected: Detected) -> list[Candidate]:
        self.state = detected.state
        self.reported += detected.candidates
        self.counted.update({(one.minute, one.part): one.requests for one in detected.rollups})
        return detected.candidates

    @property
    def watch(self) -> Watch:
        assert self.state is not None
        return decode(self.state, SEGMENT)[0]


def at(row: int) -> datetime:
    return datetime.fromtimestamp(START_S + row, UTC)


def said(row: int, name: str = "1", **more: Any) -> dict[str, Any]:
    return {"id": name, "at": at(row), "by": "ann", "segment": SEGMENT, **more}


def mute(row: int, until: int, *signals: str) -> Mute:
    return Mute(**said(row, f"mute {row}"), until=at(until), signals=list(signals))


def settled_world() -> World:
    world = World(traffic())
    world.feed(CHANGE + 400)
    assert world.reported[-1].phase == "final"
    return world


def open_world(*, declared: bool = True) -> World:
    world = World(traffic(until=10_000, rows=2600, declared=declared))
    while not world.reported:
        world.feed(world.rows + 10)
    return world


def test_an_open_change_is_accepted_at_once_and_its_rows_become_the_reference() -> None:
    world = open_world()
    before = world.reported[-1]
    [reported] = world.say(Accept(**said(world.rows)))
    assert (reported.phase, reported.id, reported.sequence) == ("reset", before.id, before.sequence + 1)
    assert world.feed(2600) == []
    watch = world.watch
    assert (watch.suspicion, watch.control.settled) == (None, None)
    assert watch.gapless_from >= before.raised.ordinal
    assert watch.sensor.louder.sum() == 0


def test_what_was_reported_to_its_end_can_still_be_accepted() -> None:
    world = settled_world()
    [reported] = world.say(Accept(**said(world.rows), row=world.reported[-1].now.ordinal))
    last = world.reported[-2]
    assert (reported.phase, reported.id, reported.sequence, reported.evidence) == (
        "reset",
        last.id,
        last.sequence + 1,
        [],
    )
    with pytest.raises(Refused, match="nothing_to_accept"):
        world.say(Accept(**said(world.rows, "2")))


def test_a_later_change_than_people_saw_is_not_accepted_with_it() -> None:
    world = settled_world()
    with pytest.raises(Refused, match="stale_command"):
        world.say(Accept(**said(world.rows), row=CHANGE - 1))


def test_nothing_open_nothing_accepted() -> None:
    world = World(traffic(factor=1.0))
    world.feed(300)
    with pytest.raises(Refused, match="nothing_to_accept"):
        world.say(Accept(**said(300)))


def test_a_command_that_comes_twice_is_obeyed_once() -> None:
    world = settled_world()
    command = Accept(**said(world.rows))
    assert len(world.say(command)) == 1
    state = world.state
    assert world.say(command) == []
    assert world.state == state


def test_a_command_that_comes_again_after_a_crash_reports_the_same() -> None:
    world = settled_world()
    state = world.state
    reported = world.say(Accept(**said(world.rows)))
    world.state = state
    assert world.say(Accept(**said(world.rows))) == reported


def test_a_muted_segment_raises_nothing_and_learns_nothing_and_counts_everything() -> None:
    world = World(traffic(until=1300))
    world.feed(CHANGE)
    world.say(mute(CHANGE, 1300))
    assert world.feed(ROWS) == []
    assert world.watch.reference_rows == CHANGE + ROWS - 1300
    assert sum(world.counted.values()) == ROWS


def test_what_is_still_there_after_the_mute_is_reported_with_an_onset_after_it() -> None:
    world = World(traffic())
    world.feed(CHANGE)
    world.say(mute(CHANGE, 1200))
    world.feed(ROWS)
    first = world.reported[0]
    assert first.phase == "raised"
    assert 1200 <= first.onset.ordinal <= first.raised.ordinal <= 1240


def test_an_open_change_waits_while_its_segment_is_muted_and_stays_the_same_change() -> None:
    world = open_world()
    first, row = world.reported[0], world.rows
    world.say(mute(row, row + 500))
    assert world.feed(row + 500) == []
    world.feed(row + 900)
    assert {one.id for one in world.reported} == {first.id}
    assert (world.reported[-1].phase, world.reported[-1].rows_fresh) == ("final", 256)
    assert world.reported[-1].now.ordinal >= row + 500 + 200


def test_evidence_before_a_mute_does_not_add_up_with_what_comes_after() -> None:
    world = World(traffic(rows=2600))
    world.feed(CHANGE + 4)
    world.say(mute(CHANGE + 4, CHANGE + 200))
    assert world.watch.sensor.evidence.mean[~IS_TRAFFIC].max() == 0


def test_muted_signals_alone_say_nothing() -> None:
    columns = traffic(factor=1.0)
    slow = np.where(np.arange(ROWS) >= CHANGE, 3.0, 1.0)
    columns["time_to_first_token_s"] = np.asarray(columns["time_to_first_token_s"]) * slow
    columns["response_model"] = ["m"] * ROWS
    world = World(columns)
    world.feed(CHANGE)
    world.say(mute(CHANGE, ROWS, "time_to_first_token_s", "duration_s", "time_per_output_token_s"))
    assert world.feed(ROWS) == []

    loud = World(columns)
    loud.feed(ROWS)
    assert loud.reported


def test_a_change_whose_signals_are_all_muted_ends_unreported_and_comes_again_afterwards() -> None:
    world = open_world(declared=False)
    moved = [one.signal for one in world.reported[-1].evidence]
    row = world.rows
    world.say(mute(row, row + 300, *moved))
    assert world.feed(row + 300) == []
    world.feed(row + 500)
    assert world.reported[-1].id != world.reported[0].id


def test_unmuted_it_is_heard_at_once() -> None:
    world = World(traffic())
    world.feed(CHANGE)
    world.say(mute(CHANGE, ROWS))
    world.say(Unmute(**said(CHANGE, "loud")))
    world.feed(ROWS)
    assert CHANGE <= world.reported[0].raised.ordinal <= CHANGE + 40


def test_a_mute_that_was_over_when_it_was_said_is_refused() -> None:
    world = World(traffic())
    world.feed(300)
    with pytest.raises(Refused, match="stale_command"):
        world.say(mute(300, 300))
    with pytest.raises(Refused, match="unknown_signal"):
        world.say(mute(300, 400, "latency"))


def test_after_a_reset_detection_is_new_and_counting_goes_on() -> None:
    world = World(traffic())
    world.feed(CHANGE)
    world.say(Reset(**said(CHANGE)))
    assert world.feed(ROWS) == []
    watch = world.watch
    assert (watch.rows_seen, watch.reference_rows, watch.gapless_from) == (ROWS, ROWS - CHANGE, CHANGE)
    assert sum(world.counted.values()) == ROWS


def test_a_reset_ends_what_is_open() -> None:
    world = open_world()
    [reported] = world.say(Reset(**said(world.rows)))
    assert (reported.phase, reported.id) == ("reset", world.reported[0].id)
    assert world.watch.suspicion is None


def test_a_change_after_a_reset_is_found() -> None:
    world = World(traffic())
    world.feed(200)
    world.say(Reset(**said(200)))
    world.feed(ROWS)
    assert abs(world.reported[0].onset.ordinal - CHANGE) <= 8


def test_a_segment_that_was_never_seen_is_refused() -> None:
    with pytest.raises(Refused, match="unknown_segment"):
        DetectStep(DetectConfig()).obey(None, Reset(**said(0)))


def test_a_rate_changes_the_threshold_and_nothing_else() -> None:
    columns = traffic(factor=1.0)
    busy, state = DetectStep(DetectConfig()), None
    for start in range(0, 1000, 100):
        part = {name: values[start : start + 100] for name, values in columns.items()}
        state = busy(state, batch_of(part, start), 1e13 if start < 500 else 2e12).state
    calm, other = DetectStep(DetectConfig(rows_per_month=2e12)), None
    for start in range(0, 1000, 100):
        part = {name: values[start : start + 100] for name, values in columns.items()}
        other = calm(other, batch_of(part, start), 1e9).state
    assert state is not None
    assert other is not None
    assert sensed(state) == sensed(other)


def tenants_traffic(changed: str, **columns: Any) -> dict[str, Any]:
    """Two tenants by turns, each with half of the rows; answers of one of them get longer from CHANGE on."""
    names = ["acme", "zeta"] * (ROWS // 2)
    meant = np.array([name == changed for name in names])
    calm, longer = traffic(factor=1.0), traffic(factor=2.5)
    mixed = {
        name: np.where(meant, longer[name], calm[name]) if isinstance(calm[name], np.ndarray) else calm[name]
        for name in calm
    }
    return {**mixed, "response_model": ["m"] * ROWS, "tenant": names, "task": ["chat"] * ROWS, **columns}


def part(**named: str) -> Segment:
    return Segment("openai", "gpt-4", **named)


@pytest.mark.parametrize("muted", [{"tenant": "acme"}, {"task": "chat", "tenant": "acme"}])
@pytest.mark.parametrize("signals", [[], ["output_tokens", "output_chars_per_token", "duration_s"]])
def test_a_muted_tenant_raises_nothing_and_counts_everything(muted: dict[str, str], signals: list[str]) -> None:
    world = World(tenants_traffic("acme"))
    world.feed(CHANGE)
    if signals:
        signals = [*signals, "time_per_output_token_s", "error", "quality_score"]
    world.say(Mute(**(said(CHANGE) | {"segment": part(**muted)}), until=at(ROWS), signals=signals))
    assert world.feed(ROWS) == []
    assert sum(world.counted.values()) == ROWS


@pytest.mark.parametrize("muted", [{"tenant": "zeta"}, {"task": "search"}, {"task": "chat", "tenant": "zeta"}])
def test_while_another_tenant_is_muted_a_change_is_found_and_its_onset_is_not_cut_off(muted: dict[str, str]) -> None:
    world = World(tenants_traffic("acme"))
    world.feed(CHANGE - 200)
    world.say(Mute(**(said(CHANGE - 200) | {"segment": part(**muted)}), until=at(ROWS)))
    world.feed(ROWS)
    assert world.reported
    assert abs(world.reported[0].onset.ordinal - CHANGE) <= 16


@pytest.mark.parametrize("named", [{}, {"tenant": "acme"}])
def test_a_tenant_that_is_unmuted_is_heard_again(named: dict[str, str]) -> None:
    world = World(tenants_traffic("acme"))
    world.feed(CHANGE)
    world.say(Mute(**(said(CHANGE) | {"segment": part(tenant="acme")}), until=at(ROWS)))
    world.say(Unmute(**(said(CHANGE, "other") | {"segment": part(tenant="zeta")})))
    assert len(world.watch.control.muted_parts) == 1
    world.say(Unmute(**(said(CHANGE, "loud") | {"segment": part(**named)})))
    world.feed(ROWS)
    assert world.reported


def test_the_mute_of_a_part_ends_by_itself_and_is_forgotten() -> None:
    world = World(tenants_traffic("acme"))
    world.feed(CHANGE)
    world.say(Mute(**(said(CHANGE) | {"segment": part(tenant="acme")}), until=at(CHANGE + 200)))
    assert world.feed(CHANGE + 200) == []
    world.feed(ROWS)
    assert world.reported
    assert world.watch.control.muted_parts == []


def test_what_was_obeyed_is_reported_at_once() -> None:
    world = World(tenants_traffic("acme"))
    world.feed(CHANGE)
    step = DetectStep(DetectConfig())
    commands: list[ToSegment] = [Mute(**said(CHANGE, "part"), until=at(ROWS)), Reset(**said(CHANGE, "new"))]
    for command in commands:
        detected = step.obey(world.state, command)
        world.state = detected.state
        assert [one.obeyed[-1] for one in detected.detectors] == [command.id]
