"""The order that makes counts exact: send what a step made, then write its state, then acknowledge its message.

A crash anywhere in between reads the message again on the old state, and so sends the same again under the same ids.
That holds however long the three are apart. So what people wait for is sent at once; what a later record replaces is
sent at a checkpoint, its newest alone, and before the states and the acknowledgements of all messages since the last.
A process that was paused for longer than its session may have lost its partitions without knowing: it waits until it
would know of it before it writes a state. Kafka has no fence for a changelog without transactions, so what was on the
wire in that moment is still written; each state's count of messages shows whoever recovers that it is the older.
Many messages share one round of waiting. Faust's own `table[key] = state` would not do: it writes the local store
before anything has been sent, and an offset may be committed before its changelog record has been taken.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, TypeVar

from aiokafka.errors import KafkaError
from faust import EventT, StreamT
from faust.exceptions import ProducerSendError

from coagent.adapters.kafka.record import Record
from streams.state import State
from streams.state_copies import StateCopies, no_copies
from streams.state_table import StateTable

log = logging.getLogger(__name__)
T = TypeVar("T")

MOST_WAITING = 64
IDLE_S = 1.0
"""Without a message for so long, a checkpoint comes early: it then costs next to nothing. Longer than ingest holds a
batch, or each of a fleet's rounds of batches would make one.
"""
MOST_OWED_BYTES = 16 << 20
"""Of messages since the last checkpoint: they are held in memory, and read again after a crash."""
MOST_LATEST = 10_000
"""Records that wait for the checkpoint; a rollup takes about 2 KB."""
RETRY_S = 1.0
SESSION_S = 6.0

Send = Callable[[Record], Awaitable[Awaitable[object]]]
"""Hands a record over; the inner awaitable is done when Kafka has taken it."""


@dataclass(frozen=True)
class Latest:
    """A record that a later one of the same place replaces, so that the newest at a checkpoint is all that is sent."""

    place: Hashable
    make: Callable[[], Record]


@dataclass(frozen=True)
class Outcome:
    """What a message led to: records to send at once and at the checkpoint, and the key's new state if there is one."""

    records: Sequence[Record]
    key: bytes = b""
    state: State | None = None
    latest: Sequence[Latest] = ()


_Place = tuple[int, bytes]


@dataclass(frozen=True)
class _Owed:
    event: EventT
    outcome: Outcome
    epoch: int

    @property
    def place(self) -> _Place:
        """Partition and key: the same key may have a state in each partition."""
        return self.event.message.partition, self.outcome.key


@dataclass(frozen=True)
class _Write:
    """A place's newest state, and its bytes for the changelog and the local store alike."""

    place: _Place
    state: State
    stored: bytes


def boot_time_s() -> float:
    """Seconds that go on while the machine sleeps, where the system knows."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class GroupCommit:
    """Takes outcomes in the order of their messages and settles them in groups, a checkpoint every `every_s` at most;
    0: after each group.
    """

    def __init__(  # noqa: PLR0917  a test's clock is one
        self,
        table: StateTable,
        stream: StreamT[bytes],
        send: Send,
        session_s: float = SESSION_S,
        clock: Callable[[], float] = boot_time_s,
        copies: StateCopies | None = None,
        every_s: float = 0.0,
    ) -> None:
        self._table = table
        self._stream = stream
        self._send = send
        self._session_s = session_s
        self._clock = clock
        self._copies = no_copies() if copies is None else copies
        self._awake_at = clock()
        self._queue: asyncio.Queue[_Owed] = asyncio.Queue(MOST_WAITING)
        self._unwritten: dict[_Place, State] = {}
        self._epoch = 0
        self._every_s = every_s
        self._owed: list[_Owed] = []
        self._owed_bytes = 0
        self._owed_since_s = 0.0
        self._latest: dict[Hashable, Latest] = {}
        self._arrival = asyncio.Event()
        self._at_work = asyncio.Lock()

    def state(self, event: EventT, key: bytes) -> State:
        """The newest state of a key in the event's partition, written or not yet."""
        unwritten = self._unwritten.get((event.message.partition, key))
        if unwritten is not None:
            return unwritten
        stored = self._table.get(key)
        return State.unpack(self._copies.restored(key) if stored is None else stored)

    async def add(self, event: EventT, outcome: Outcome) -> None:
        """Waits while too much is waiting to be settled."""
        owed = _Owed(event, outcome, self._epoch)
        if outcome.state is not None:
            self._unwritten[owed.place] = outcome.state
        await self._queue.put(owed)
        self._arrival.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._wait()
            async with self._at_work:
                group = self._added()
                await self._begin(group)
                if self._is_due(group):
                    await self._checkpoint()

    async def finish(self) -> None:
        """Settles what was added, as before an end in order; what is added later is settled at once."""
        self._every_s = 0.0
        async with self._at_work:
            await self._begin(self._added())
            await self._checkpoint()

    async def stay_awake(self) -> None:
        """Until cancelled; notes that this process runs."""
        while True:
            self._awake_at = self._clock()
            await asyncio.sleep(self._session_s / 4)

    async def abandon(self) -> None:
        """Partitions go away: what is not yet written is left to whoever reads it next."""
        self._epoch += 1
        async with self._at_work:
            self._unwritten.clear()
            self._forget_owed()

    async def _wait(self) -> None:
        """Until something was added or a checkpoint is due."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._arrival.wait(), self._patience_s())

    def _added(self) -> list[_Owed]:
        self._arrival.clear()
        return [self._queue.get_nowait() for _ in range(self._queue.qsize())]

    def _patience_s(self) -> float | None:
        if not self._owed:
            return None
        return max(0.0, min(IDLE_S, self._owed_since_s + self._every_s - time.monotonic()))

    def _is_due(self, group: Sequence[_Owed]) -> bool:
        """At the end of the interval, of traffic and of room; and once something was sent that people wait for, so
        that the state that knows of it follows.
        """
        over = time.monotonic() - self._owed_since_s >= self._every_s
        full = self._owed_bytes >= MOST_OWED_BYTES or len(self._latest) >= MOST_LATEST
        return over or full or not group or any(owed.outcome.records for owed in group)

    async def _begin(self, waiting: Sequence[_Owed]) -> None:
        """Sends what goes at once; the rest is owed until the checkpoint."""
        epoch = self._epoch
        group = [owed for owed in waiting if owed.epoch == epoch]
        await self._until_taken([record for owed in group for record in owed.outcome.records], self._send)
        if epoch != self._epoch:
            return
        self._owed_since_s = self._owed_since_s if self._owed else time.monotonic()
        self._owed += group
        for owed in group:
            self._owed_bytes += len(owed.event.value or b"")
            self._latest.update({one.place: one for one in owed.outcome.latest})

    async def _checkpoint(self) -> None:
        epoch = self._epoch
        await self._until_taken([one.make() for one in self._latest.values()], self._send)
        if epoch != self._epoch:
            return
        await self._await_news()
        if epoch != self._epoch:
            return
        newest = {owed.place: owed.outcome.state for owed in self._owed if owed.outcome.state is not None}
        writes = [_Write(place, state, state.pack()) for place, state in newest.items()]
        written = await self._until_taken(writes, self._send_state)
        if epoch != self._epoch:
            return
        for write, where in zip(writes, written, strict=True):
            self._keep(write, where)
        for owed in self._owed:
            await self._stream.ack(owed.event)
        self._forget_owed()

    def _forget_owed(self) -> None:
        self._owed, self._owed_bytes = [], 0
        self._latest.clear()

    async def _await_news(self) -> None:
        """After a pause: time for a heartbeat to be answered, and lost partitions to be given up."""
        paused_s = self._clock() - self._awake_at
        if paused_s > self._session_s:
            log.warning("paused for %.1f s: checking first whether the partitions are still ours", paused_s)
            await asyncio.sleep(self._session_s)

    def _keep(self, write: _Write, where: Any) -> None:
        """`where` in the changelog, as the Kafka client says."""
        _, key = write.place
        self._table.data.keep(where.topic_partition, where.offset, key, write.stored)
        self._copies.keep(key, write.stored)
        if self._unwritten.get(write.place) is write.state:
            del self._unwritten[write.place]

    async def _send_state(self, write: _Write) -> Awaitable[object]:
        taken: Awaitable[object] = self._table.send_changelog(*write.place, write.stored)
        return taken

    async def _until_taken(self, things: Sequence[T], send: Callable[[T], Awaitable[Awaitable[object]]]) -> list[Any]:
        """Sends all, in order, again and again, until Kafka has taken every one or the partitions have gone.

        What Kafka said of each, in their order; nothing where the partitions have gone.
        """
        epoch = self._epoch
        while epoch == self._epoch:
            try:
                return await asyncio.gather(*[await send(thing) for thing in things])
            except (KafkaError, ProducerSendError) as error:
                log.warning("not sent yet: %s; trying again in %.0f s", error, RETRY_S)
                await asyncio.sleep(RETRY_S)
        return []
