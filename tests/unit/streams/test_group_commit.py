import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaError
from faust.types import TP

from coagent.adapters.kafka.record import Record
from streams import group_commit
from streams.group_commit import GroupCommit, Latest, Outcome, Patience, Settled
from streams.state import NewState, State


class World:
    """Kafka, a table and a stream that write down what happens to them, in order."""

    def __init__(self, every_s: float = 0.0, **waiting: Any) -> None:
        self.happened: list[tuple[str, Any]] = []
        self.held: asyncio.Event | None = None
        self.failures = 0
        self.data: dict[bytes, bytes] = {}
        table = SimpleNamespace(get=self.data.get, data=self, send_changelog=self._changelog)
        stream = SimpleNamespace(ack=self._ack)
        self.now = 100.0
        self.commit = GroupCommit(table, stream, self._send, 0.01, lambda: self.now, every_s=every_s, **waiting)

    async def _send(self, records: Sequence[Record]) -> None:
        if records and self.failures:
            self.failures -= 1
            raise KafkaError
        await asyncio.gather(*[self._taken("sent", record.value) for record in records])

    def keep(self, tp: TP, offset: int, key: bytes, stored: bytes) -> None:
        self.happened.append((f"kept {tp.partition}@{offset}", data_of(stored)))
        self.data[key] = stored

    async def _changelog(self, partition: int, _key: bytes, value: bytes) -> Any:
        await self._taken(f"changelog {partition}", data_of(value))
        return SimpleNamespace(topic_partition=TP("changelog", partition), offset=len(self.happened))

    async def _taken(self, what: str, value: bytes | None) -> None:
        if self.held is not None:
            await self.held.wait()
        self.happened.append((what, value))

    async def _ack(self, event: Any) -> None:
        self.happened.append(("acknowledged", event.name))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[GroupCommit]:
        task = asyncio.create_task(self.commit.run())
        yield self.commit
        for _ in range(100):  # turns of the loop, more than anything here needs
            await asyncio.sleep(0)
        task.cancel()


def data_of(stored: bytes) -> bytes | None:
    return State.unpack(stored).data


def event(name: str, partition: int = 0) -> Any:
    return SimpleNamespace(name=name, value=b"", message=SimpleNamespace(partition=partition, timestamp=0.0))


def rollup(place: str, value: bytes) -> Latest:
    return Latest(place, lambda: [Record("r", place.encode(), value)])


def with_rollups(value: bytes, *latest: Latest) -> Outcome:
    return Outcome([], b"key", NewState(1, b"state " + value), latest)


def outcome(value: bytes, key: bytes = b"key") -> Outcome:
    return Outcome([Record("t", key, value)], key, NewState(1, b"state " + value))


async def test_first_sent_then_written_then_acknowledged() -> None:
    world = World()
    async with world.running() as commit:
        commit.add(event("a", partition=3), outcome(b"1"))
    assert world.happened == [
        ("sent", b"1"),
        ("changelog 3", b"state 1"),
        ("kept 3@2", b"state 1"),
        ("acknowledged", "a"),
    ]


async def test_of_a_group_only_the_newest_state_of_a_key_is_written() -> None:
    world = World()
    for number in (b"1", b"2", b"3"):
        world.commit.add(event(number.decode()), outcome(number, b"k2" if number == b"2" else b"k1"))
    async with world.running():
        pass
    written = [value for what, value in world.happened if what == "changelog 0"]
    assert written == [b"state 3", b"state 2"]
    assert [what for what, _ in world.happened if what == "acknowledged"] == ["acknowledged"] * 3


async def test_the_same_key_in_another_partition_is_another_state() -> None:
    world = World()
    for partition in (0, 1):
        world.commit.add(event("a", partition), outcome(str(partition).encode()))
    assert [world.commit.state(event("next", partition), b"key").data for partition in (0, 1, 2)] == [
        b"state 0",
        b"state 1",
        None,
    ]
    async with world.running():
        pass
    assert [what for what, _ in world.happened if what.startswith("changelog")] == ["changelog 0", "changelog 1"]


async def test_the_next_message_sees_the_state_that_is_not_yet_written() -> None:
    world = World()
    world.held = asyncio.Event()
    async with world.running() as commit:
        commit.add(event("a"), outcome(b"1"))
        await asyncio.sleep(0)
        assert commit.state(event("next"), b"key").data == b"state 1"
        assert world.data == {}
        world.held.set()
    assert commit.state(event("next"), b"key").data == b"state 1"
    assert data_of(world.data[b"key"]) == b"state 1"


async def test_a_message_without_a_state_is_acknowledged_when_its_records_are_taken() -> None:
    world = World()
    async with world.running() as commit:
        commit.add(event("bad"), Outcome([Record("dead", b"", b"letter")]))
    assert world.happened == [("sent", b"letter"), ("acknowledged", "bad")]


async def test_what_kafka_does_not_take_is_sent_again(monkeypatch: Any) -> None:
    monkeypatch.setattr(group_commit, "RETRY_S", 0.0)
    world = World()
    world.failures = 2
    async with world.running() as commit:
        commit.add(event("a"), outcome(b"1"))
    assert [what for what, _ in world.happened] == ["sent", "changelog 0", "kept 0@2", "acknowledged"]


async def test_when_partitions_go_nothing_is_written_or_acknowledged_any_more() -> None:
    world = World()
    world.held = asyncio.Event()
    async with world.running() as commit:
        commit.add(event("a"), outcome(b"1"))
        await asyncio.sleep(0)
        going = asyncio.create_task(commit.abandon())
        await asyncio.sleep(0)
        world.held.set()
        await going
        assert commit.state(event("next"), b"key").data is None
    assert world.happened == [("sent", b"1")]


async def test_what_comes_after_the_partitions_came_back_is_settled() -> None:
    world = World()
    async with world.running() as commit:
        await commit.abandon()
        commit.add(event("a"), outcome(b"1"))
    assert world.happened[-1] == ("acknowledged", "a")


async def test_after_standing_still_nothing_is_written_before_lost_partitions_are_heard_of() -> None:
    world = World()
    world.commit.add(event("a"), outcome(b"1"))
    world.now += 60
    async with world.running() as commit:
        await asyncio.sleep(0.002)
        assert world.happened == [("sent", b"1")]
        await commit.abandon()
    assert world.happened == [("sent", b"1")]


async def test_after_standing_still_work_goes_on_where_the_partitions_are_still_ours() -> None:
    world = World()
    world.commit.add(event("a"), outcome(b"1"))
    world.now += 60
    async with world.running():
        await asyncio.sleep(0.05)
    assert world.happened[-1] == ("acknowledged", "a")


async def test_whoever_runs_does_not_wait() -> None:
    world = World()
    awake = asyncio.create_task(world.commit.stay_awake())
    world.now += 60
    await asyncio.sleep(0)
    world.commit.add(event("a"), outcome(b"1"))
    async with world.running():
        pass
    assert world.happened[-1] == ("acknowledged", "a")
    awake.cancel()


async def test_between_checkpoints_nothing_is_sent_and_the_newest_state_is_known() -> None:
    world = World(every_s=60.0)
    async with world.running() as commit:
        commit.add(event("a"), with_rollups(b"1", rollup("minute", b"one row")))
    assert world.happened == []
    assert world.commit.state(event("next"), b"key").data == b"state 1"


async def test_what_goes_at_once_makes_a_checkpoint() -> None:
    """Else a machine that dies would forget for seconds what a shift was opened for."""
    world = World(every_s=60.0)
    async with world.running() as commit:
        commit.add(event("a"), with_rollups(b"1", rollup("minute", b"one row")))
        await asyncio.sleep(0)
        commit.add(event("b"), outcome(b"candidate"))
    assert [what for what, _ in world.happened] == [
        *("sent", "sent", "changelog 0", "kept 0@3"),
        *("acknowledged", "acknowledged"),
    ]
    assert world.happened[0] == ("sent", b"candidate")


async def test_a_checkpoint_sends_the_newest_of_each_place_before_states_and_acknowledgements() -> None:
    world = World(every_s=60.0)
    async with world.running() as commit:
        commit.add(event("a"), with_rollups(b"1", rollup("x", b"x1"), rollup("y", b"y1")))
        await asyncio.sleep(0)
        commit.add(event("b"), with_rollups(b"2", rollup("x", b"x2")))
        await asyncio.sleep(0)
        await commit.finish()
    assert world.happened == [
        ("sent", b"x2"),
        ("sent", b"y1"),
        ("changelog 0", b"state 2"),
        ("kept 0@3", b"state 2"),
        ("acknowledged", "a"),
        ("acknowledged", "b"),
    ]


async def test_what_is_owed_is_settled_when_the_interval_is_over() -> None:
    world = World(every_s=0.01)
    async with world.running() as commit:
        commit.add(event("a"), with_rollups(b"1", rollup("x", b"x1")))
        await asyncio.sleep(0.05)
    assert world.happened[-1] == ("acknowledged", "a")


async def test_what_is_owed_is_settled_early_where_nothing_more_comes(monkeypatch: Any) -> None:
    monkeypatch.setattr(group_commit, "IDLE_S", 0.01)
    world = World(every_s=60.0)
    async with world.running() as commit:
        commit.add(event("a"), with_rollups(b"1", rollup("x", b"x1")))
        await asyncio.sleep(0.05)
    assert world.happened[-1] == ("acknowledged", "a")


async def test_too_much_to_hold_makes_a_checkpoint(monkeypatch: Any) -> None:
    monkeypatch.setattr(group_commit, "MOST_LATEST", 2)
    world = World(every_s=60.0)
    async with world.running() as commit:
        commit.add(event("a"), with_rollups(b"1", rollup("x", b"x1"), rollup("y", b"y1")))
    assert world.happened[-1] == ("acknowledged", "a")


async def test_what_is_owed_when_partitions_go_is_neither_sent_nor_written_nor_acknowledged() -> None:
    """Whoever has them next sends it; a rollup sent from here could count rows that the other one has not read yet,
    which is harmless, but a state written from here would not be.
    """
    world = World(every_s=60.0)
    async with world.running() as commit:
        commit.add(event("a"), with_rollups(b"1", rollup("x", b"x1")))
        await asyncio.sleep(0)
        await commit.abandon()
        assert commit.state(event("next"), b"key").data is None
        await commit.finish()
    assert world.happened == []


class SlowState:
    """Holds a record until it is stepped through; `pack` takes longer than the loop is left to one task."""

    def __init__(self, key: bytes) -> None:
        self.records = [Record("t", key, b"found " + key)]

    def step(self, patience: Patience) -> Settled:
        if patience is not Patience.NONE:
            return Settled()
        time.sleep(2 * group_commit.BREATH_S)
        records, self.records = self.records, []
        return Settled(records)


def with_slow_state(number: int) -> Outcome:
    key = b"k%d" % number
    return Outcome([], key, NewState(1, SlowState(key)), value=key)  # type: ignore[arg-type]


async def test_whoever_waits_for_room_finds_it_when_it_goes_on() -> None:
    world = World(every_s=60.0)
    for number in range(group_commit.MOST_WAITING):
        world.commit.add(event(str(number)), outcome(b"1"))
    waiting = asyncio.create_task(world.commit.room())
    await asyncio.sleep(0)
    world.commit._added()
    world.commit._is_stopped = True  # a checkpoint begins before the one who waits could run
    world.commit._note_room()
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert not waiting.done()
    world.commit._is_stopped = False
    world.commit._note_room()
    assert await waiting


async def test_a_message_in_hand_is_left_when_the_partitions_go() -> None:
    world = World(every_s=60.0)
    for number in range(group_commit.MOST_WAITING):
        world.commit.add(event(str(number)), outcome(b"1"))
    waiting = asyncio.create_task(world.commit.room())
    await asyncio.sleep(0)
    await world.commit.abandon()
    async with world.running():
        assert not await waiting
        assert await world.commit.room()
    assert world.happened == []


async def test_what_is_stopped_half_way_is_written_and_acknowledged_by_nobody() -> None:
    world = World(every_s=60.0, settle=SlowState.step)
    for number in range(20):
        world.commit.add(event(str(number)), with_slow_state(number))
    async with world.running():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(world.commit.finish(), 6 * group_commit.BREATH_S)
        assert world.commit.owed == 0
    assert [what for what, _ in world.happened if what != "sent"] == []


async def test_a_failure_of_an_abandoned_message_is_left_to_whoever_reads_it_again() -> None:
    failed = (b"value", ValueError())
    refused = list[Any]()

    def refuse(what: Any, _: Exception) -> Record:
        refused.append(what.name)
        return Record("dead", b"", b"")

    world = World(settle=lambda *_: Settled((), [failed]), refuse=refuse)
    world.commit.add(event("gone"), Outcome([], b"key", NewState(1, b"s"), value=failed[0]))
    await world.commit.abandon()
    world.commit.add(event("new"), Outcome([], b"other", NewState(1, b"s"), value=b"another"))
    async with world.running():
        pass
    assert refused == []
    assert ("acknowledged", "new") in world.happened
    assert ("acknowledged", "gone") not in world.happened


async def test_a_failure_becomes_a_letter_of_its_message() -> None:
    failed = (b"value", ValueError())
    found = [Settled((), [failed]), Settled()]
    world = World(settle=lambda *_: found.pop(0), refuse=lambda what, _: Record("dead", b"", what.name.encode()))
    world.commit.add(event("bad"), Outcome([], b"key", NewState(1, b"s"), value=failed[0]))
    async with world.running():
        pass
    assert [value for what, value in world.happened if what == "sent"] == [b"bad"]


@pytest.mark.parametrize(("late_s", "expected"), [(0.0, Patience.LITTLE), (60.0, Patience.LONG)])
async def test_messages_that_waited_long_in_kafka_may_wait_for_the_checkpoint(
    late_s: float, expected: Patience
) -> None:
    asked = list[Patience]()
    world = World(every_s=60.0, settle=lambda _, patience: asked.append(patience) or Settled())
    sent = event("a")
    sent.message.timestamp = time.time() - late_s
    world.commit.add(sent, Outcome([], b"key", NewState(1, b"s")))
    async with world.running():
        pass
    assert asked == [expected]


@pytest.mark.parametrize(
    ("late_s", "longest_s", "expected"), [(0.0, 20.0, True), (60.0, 20.0, False), (60.0, 0.0, True)]
)
async def test_a_worker_that_is_behind_checkpoints_as_seldom_as_it_is_late(
    monkeypatch: Any, late_s: float, longest_s: float, expected: bool
) -> None:
    monkeypatch.setattr(group_commit, "LONGEST_S", longest_s)
    world = World(every_s=0.01)
    sent = event("a")
    sent.message.timestamp = time.time() - late_s
    async with world.running() as commit:
        commit.add(sent, Outcome([], b"key", NewState(1, b"s")))
        await asyncio.sleep(0.05)
    assert (("acknowledged", "a") in world.happened) == expected
