"""The order that makes counts exact: send what a step made, then write its state, then acknowledge its message.

A crash anywhere in between reads the message again on the old state, and so sends the same again under the same ids.
A process that was paused for longer than its session may have lost its partitions without knowing: it waits until it
would know of it before it writes a state. Kafka has no fence for a changelog without transactions, so what was on the
wire in that moment is still written; each state's count of messages shows whoever recovers that it is the older.
Many messages share one round of waiting. Faust's own `table[key] = state` would not do: it writes the local store
before anything has been sent, and an offset may be committed before its changelog record has been taken.
"""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Sequence
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
RETRY_S = 1.0
SESSION_S = 6.0

Send = Callable[[Record], Awaitable[Awaitable[object]]]
"""Hands a record over; the inner awaitable is done when Kafka has taken it."""


@dataclass(frozen=True)
class Outcome:
    """What a message led to: records to send, and the key's new state where there is one."""

    records: Sequence[Record]
    key: bytes = b""
    state: State | None = None


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
    """Takes outcomes in the order of their messages and settles them in groups."""

    def __init__(  # noqa: PLR0917  a test's clock is one
        self,
        table: StateTable,
        stream: StreamT[bytes],
        send: Send,
        session_s: float = SESSION_S,
        clock: Callable[[], float] = boot_time_s,
        copies: StateCopies | None = None,
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
        self._settled = asyncio.Event()
        self._settled.set()

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

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            group = [await self._queue.get()]
            while not self._queue.empty():
                group.append(self._queue.get_nowait())
            self._settled.clear()
            try:
                await self._settle(group)
            finally:
                self._settled.set()

    async def stay_awake(self) -> None:
        """Until cancelled; notes that this process runs."""
        while True:
            self._awake_at = self._clock()
            await asyncio.sleep(self._session_s / 4)

    async def abandon(self) -> None:
        """Partitions go away: what is not yet written is left to whoever reads it next."""
        self._epoch += 1
        await self._settled.wait()
        self._unwritten.clear()

    async def _settle(self, waiting: Sequence[_Owed]) -> None:
        epoch = self._epoch
        group = [owed for owed in waiting if owed.epoch == epoch]
        await self._until_taken([record for owed in group for record in owed.outcome.records], self._send)
        if epoch != self._epoch:
            return
        await self._await_news()
        if epoch != self._epoch:
            return
        newest = {owed.place: owed.outcome.state for owed in group if owed.outcome.state is not None}
        writes = [_Write(place, state, state.pack()) for place, state in newest.items()]
        written = await self._until_taken(writes, self._send_state)
        if epoch != self._epoch:
            return
        for write, where in zip(writes, written, strict=True):
            self._keep(write, where)
        for owed in group:
            await self._stream.ack(owed.event)

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
