"""States that are written at checkpoints alone: the same results as with one after each message, whatever happens."""

from collections.abc import Sequence
from typing import Any

import msgspec
import numpy as np
import pytest

from coagent.columns import Columns
from coagent.count.rollups import Part
from coagent.detect.config import DetectConfig
from coagent.detect.report_schedule import Reported
from coagent.detect.state.stream import Watch
from coagent.domain.batch import Batch
from coagent.domain.candidate import Candidate
from coagent.domain.evidence import Evidence
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from coagent.review.sampler import ReviewConfig
from coagent.steps import live_stream
from coagent.steps.detect import DetectStep
from coagent.steps.live_streams import ENOUGH_ROWS, Found, LiveState, LiveStreams
from coagent.steps.stream_state import decode, encode
from tests.unit.detect.batches import SEGMENT, batches_of
from tests.unit.detect.test_detect_step import traffic

Place = tuple[Any, ...]


def batches() -> list[Batch]:
    columns = {**traffic(rows=1500), "tenant": [f"tenant-{row % 7}" for row in range(1500)]}
    return list(batches_of(columns, [100, 1, 37]))


def place(rollup: Rollup) -> Place:
    return rollup.segment, rollup.minute, rollup.part


def every_time(found: Sequence[Batch]) -> tuple[bytes | None, list[Candidate], dict[Place, Rollup]]:
    step, state, raised, rollups = DetectStep(DetectConfig()), None, list[Candidate](), dict[Place, Rollup]()
    for batch in found:
        detected = step(state, batch)
        state, raised = detected.state, raised + detected.candidates
        rollups |= {place(one): one for one in detected.rollups}
    return state, raised, rollups


def content(state: object) -> tuple[bytes, list[tuple[Any, ...]]]:
    """Without the order in which a minute met its bins, and when detectors were reported."""
    assert isinstance(state, bytes)
    watch, sources, counted = decode(state, SEGMENT)
    watch.control.reported = Reported()
    _, (parts, figures) = msgspec.msgpack.decode(counted, type=tuple[int, tuple[list[Part], list[list[int]]]])
    return encode(watch, sources, b""), [*map(tuple, figures), *map(msgspec.structs.astuple, parts)]


class Worker:
    """Writes after every `every` messages."""

    def __init__(self, streams: LiveStreams) -> None:
        self.streams = streams
        self.state: LiveState | bytes | None = None
        self.raised: list[Candidate] = []
        self.rollups: dict[Place, Rollup] = {}

    def take(self, batch: Batch) -> None:
        self.state = self.streams.take(self.state, batch)

    def settle(self) -> Found:
        assert isinstance(self.state, LiveState)
        found = self.state.settle()
        self.raised += found.candidates
        return found

    def write(self) -> bytes:
        self.settle()
        assert isinstance(self.state, LiveState)
        self.rollups |= {place(one): one for one in self.state.take_rollups()}
        self.state = self.state.to_bytes()
        return self.state


@pytest.mark.parametrize("every", [1, 3, 1000])
def test_the_same_is_found_and_counted_however_seldom_a_state_is_written(every: int) -> None:
    worker, found = Worker(DetectStep(DetectConfig()).live()), batches()
    for number, batch in enumerate(found, 1):
        worker.take(batch)
        if number % every == 0 or number == len(found):
            worker.write()
    state, raised, rollups = every_time(found)
    assert (content(worker.state), worker.rollups) == (content(state), rollups)
    assert msgspec.msgpack.encode(worker.raised) == msgspec.msgpack.encode(raised)  # NaN is not equal to itself


def test_streams_beyond_the_room_leave_memory_once_they_are_written_and_come_back() -> None:
    other = Segment("other", "model")
    streams = LiveStreams(DetectConfig(), ReviewConfig(), live_bytes=0)
    worker, beside, found = Worker(streams), Worker(streams), batches()
    for number, batch in enumerate(found, 1):
        worker.take(batch)
        beside.take(msgspec.structs.replace(batch, segment=other))  # the room is looked for at the next message
        assert (SEGMENT in streams, other in streams) == (True, True)
        if number % 4 == 0 or number == len(found):
            worker.write()
            beside.take(msgspec.structs.replace(found[0], segment=other))
            assert (SEGMENT in streams, other in streams) == (False, True)
    state, raised, rollups = every_time(found)
    assert (content(worker.state), worker.rollups) == (content(state), rollups)
    assert msgspec.msgpack.encode(worker.raised) == msgspec.msgpack.encode(raised)


def test_a_worker_that_takes_over_goes_on_from_what_was_written_last() -> None:
    found = batches()
    first, second = Worker(DetectStep(DetectConfig()).live()), Worker(DetectStep(DetectConfig()).live())
    for batch in found[:8]:
        first.take(batch)
    second.state = first.write()
    first.take(found[8])  # never written
    for batch in found[8:]:
        second.take(batch)
    second.write()
    state, raised, rollups = every_time(found)
    assert content(second.state) == content(state)
    assert rollups == first.rollups | second.rollups
    assert {one.id for one in raised} == {one.id for one in second.raised}


@pytest.mark.parametrize("together", [1, 4])
def test_a_batch_that_breaks_half_way_leaves_the_stream_as_it_was(
    monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    worker, found = Worker(DetectStep(DetectConfig()).live()), batches()
    for batch in found[:5]:
        worker.take(batch)
    worker.settle()
    spoilt, sound = found[5], live_stream.evidence_due

    def fragile(watch: Watch, config: DetectConfig, times: Any) -> list[Evidence]:
        return 1 / 0 if spoilt_time in times.tolist() else sound(watch, config, times)  # type: ignore[return-value]

    spoilt_time = Columns(spoilt).number("time_s")[0]
    monkeypatch.setattr(live_stream, "evidence_due", fragile)
    failed = []
    for number, batch in enumerate(found[5:]):
        worker.take(batch)
        failed += worker.settle().failed if number % together == together - 1 else []
    failed += worker.settle().failed
    worker.write()
    assert [(one is spoilt, type(error)) for one, error in failed] == [(True, ZeroDivisionError)]
    state, _, rollups = every_time(found[:5] + found[6:])
    assert (content(worker.state), worker.rollups) == (content(state), rollups)


def test_batches_of_few_rows_wait_for_others_and_are_stepped_through_together() -> None:
    streams, columns = DetectStep(DetectConfig()).live(), traffic(rows=ENOUGH_ROWS)
    state: LiveState | None = None
    found = list(batches_of(columns, [ENOUGH_ROWS // 4]))
    for number, batch in enumerate(found, 1):
        state = streams.take(state, batch)
        assert state.has_found == (number == len(found))
        assert state.waiting_rows == (0 if state.has_found else number * ENOUGH_ROWS // 4)
    assert state is not None
    assert state.settle().batches == found


def test_no_state_is_written_while_rows_wait_for_it() -> None:
    state = DetectStep(DetectConfig()).live().take(None, batches()[0])
    with pytest.raises(RuntimeError, match="while rows wait"):
        state.to_bytes()
    state.settle()
    assert state.to_bytes()


def test_what_came_before_the_last_message_cannot_be_written_any_more() -> None:
    streams, (first, second, *_) = DetectStep(DetectConfig()).live(), batches()
    old = streams.take(None, first)
    streams.take(old, second).settle()
    with pytest.raises(RuntimeError, match="too late"):
        old.to_bytes()


def test_a_stream_whose_key_lies_in_two_partitions_has_two_states_and_loses_no_batch() -> None:
    streams = DetectStep(DetectConfig()).live()
    first, second, third = batches()[:3]
    of_one = streams.take(None, first)
    of_other = streams.take(None, second)
    of_one = streams.take(of_one, third)
    assert of_one.settle().batches == [first, third]
    assert of_other.settle().batches == [second]
    assert decode(of_one.to_bytes(), SEGMENT)[0].rows_seen == first.rows + third.rows


def test_what_review_counts_bears_one_name_however_batches_came_together() -> None:
    times_s = 20_000 * 86_400.0 - 15 + np.arange(40)
    rows = {**traffic(rows=40), "time_s": times_s, "request_id": [f"r-{row}" for row in range(40)]}
    around_midnight = [*batches_of(rows, [10])]

    def parts(groups: Sequence[Sequence[Batch]]) -> dict[tuple[Any, str], int]:
        live = live_stream.LiveStream.decoded(None, SEGMENT, ReviewConfig(budget=5))
        pools = [pool for group in groups for pool in live.take_rows(group, DetectConfig())[3]]
        return {(pool.day, pool.part): sum(one.requests for one in pool.requests) for pool in pools}

    assert parts([around_midnight]) == parts([[one] for one in around_midnight])
    assert len(parts([around_midnight])) == 2
