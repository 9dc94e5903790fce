"""Nothing that breaks one half of a stage leaves the other waiting."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from faust.types import TP

from coagent.adapters.kafka.dead_letter_codec import decode_dead_letter
from coagent.adapters.kafka.record import Record
from streams import stage as stages
from streams.group_commit import MOST_WAITING
from streams.stage import Stage, StageRunner
from streams.state import HEADER_BYTES, State


class Stored(dict[bytes, bytes]):
    broken = False

    def keep(self, _tp: TP, _offset: int, key: bytes, stored: bytes) -> None:
        if self.broken:
            raise OSError(28, "No space left on device")
        self[key] = stored


class World:
    """A stream of `values` that then stays quiet."""

    def __init__(self, *values: bytes) -> None:
        self.enable_acks = True
        self.values = values
        self.data = Stored()
        self.sent: list[Record] = []
        self.acknowledged = asyncio.Semaphore(0)
        table = SimpleNamespace(get=self.data.get, data=self.data, send_changelog=self._changelog)
        stage = Stage("echo", lambda value, _: (b"k", value), lambda _, value: (value, [Record("t", b"k", b"out")]))
        self.runner = StageRunner(stage, table, self, self._send, "cluster")  # type: ignore[arg-type]

    async def events(self) -> AsyncIterator[Any]:
        for offset, value in enumerate(self.values):
            message = SimpleNamespace(topic="in", partition=0, offset=offset, tp="in[0]", timestamp=0.0)
            yield SimpleNamespace(key=b"k", value=value, headers={}, message=message)
        await asyncio.Event().wait()

    async def ack(self, _event: Any) -> None:
        self.acknowledged.release()

    async def _send(self, records: Sequence[Record]) -> None:
        self.sent += records

    async def _changelog(self, partition: int, *_: Any) -> Any:
        return SimpleNamespace(topic_partition=TP("changelog", partition), offset=0)


@pytest.mark.parametrize("count", [1, 3 * MOST_WAITING])
async def test_a_store_that_breaks_ends_the_stage_at_once(count: int) -> None:
    world = World(*[b"state"] * count)
    world.data.broken = True
    with pytest.raises(OSError, match="No space left"):
        async with asyncio.timeout(5):
            await world.runner.run()


async def test_a_state_that_kafka_would_never_take_is_a_dead_letter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "MAX_VALUE_BYTES", HEADER_BYTES + 10)
    world = World(b"old", b"much too long", b"new")
    running = asyncio.create_task(world.runner.run())
    async with asyncio.timeout(5):
        for _ in world.values:
            await world.acknowledged.acquire()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert State.unpack(world.data[b"k"]) == State(2, b"new")
    letters = [record for record in world.sent if record.topic != "t"]
    letter = decode_dead_letter(letters[0].value, letters[0].headers)
    assert (letter.reason, letter.offset, len(letters)) == ("state_too_large", 1, 1)
