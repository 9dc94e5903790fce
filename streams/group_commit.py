"""The order that makes counts exact: send what a step made, then write its state, then acknowledge its message.

A crash anywhere in between reads the message again on the old state, and so sends the same again under the same ids.
That holds however long the three are apart. So what people wait for is sent at once; what a later record replaces is
sent at a checkpoint, its newest alone, and before the states and the acknowledgements of all messages since the last.
A process that was paused for longer than its session may have lost its partitions without knowing: it waits until it
would know of it before it writes a state. Kafka has no fence for a changelog without transactions, so what was on the
wire in that moment is still written; each state's count of messages shows whoever recovers that it is the older.
Many messages share one round of waiting. States and what is sent at a checkpoint are made when it begins, while no
message is stepped through: they hold what was owed then, and cost the same after one message or a hundred.
Faust's own `table[key] = state` would not do: it writes the local store
before anything has been sent, and an offset may be committed before its changelog record has been taken.
"""

import asyncio
import logging
import math
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import Any, TypeVar

from aiokafka.errors import KafkaError
from faust import EventT, StreamT
from faust.exceptions import ProducerSendError

from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.topics import MAX_MESSAGE_BYTES
from coagent.domain.errors import Transient
from streams.state import NewState, State
from streams.state_copies import StateCopies, no_copies
from streams.state_table import StateTable

log = logging.getLogger(__name__)
T = TypeVar("T")

MAX_VALUE_BYTES = MAX_MESSAGE_BYTES - 16 * 1024
"""Key, headers and the client's own framing count towards a message's length too."""
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
LATE_S = 1.0
"""A worker is behind that reads a message so long after it was sent, by its own clock and the sender's."""
LONGEST_S = 20.0
"""Between checkpoints of a worker that is behind."""
BREATH_S = 0.05
"""A checkpoint of many states leaves the loop to others so often: heartbeats are answered within seconds."""
SESSION_S = 6.0

Send = Callable[[Sequence[Record]], Awaitable[None]]
"""Returns when Kafka has taken all of them, in their order; raises Transient or KafkaError where it has not."""


@dataclass(frozen=True)
class Latest:
    """Records that later ones of the same place replace, so that the newest at a checkpoint are all that is sent."""

    place: Hashable
    make: Callable[[], Sequence[Record]]


@dataclass(frozen=True)
class Outcome:
    """What a message led to: records to send at once and at the checkpoint, and the key's new state if there is one.
    `value`: the message's, where it may wait.
    """

    records: Sequence[Record]
    key: bytes = b""
    state: NewState | None = None
    latest: Sequence[Latest] = ()
    value: object = None


class Patience(Enum):
    """How long messages may wait for others of their state: not at all; where few rows wait; or until the checkpoint,
    where the worker is behind and their wait in Kafka was longer.
    """

    NONE, LITTLE, LONG = range(3)


@dataclass(frozen=True)
class Settled:
    """What the messages of a state led to that had waited, and the values that could not be stepped through."""

    records: Sequence[Record | Latest] = ()
    failed: Sequence[tuple[object, Exception]] = ()


Settle = Callable[[Any, Patience], Settled]
"""Of a state's data."""


def settled_at_once(_state: object, _patience: Patience) -> Settled:
    """Where no message waits for another."""
    return Settled()


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
    state: NewState
    stored: bytes


@dataclass(frozen=True)
class _Checkpoint:
    """What is sent, then written, then acknowledged."""

    records: Sequence[Record]
    writes: Sequence[_Write]
    owed: Sequence[_Owed]


def boot_time_s() -> float:
    """Seconds that go on while the machine sleeps, where the system knows."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class GroupCommit:
    """Takes outcomes in the order of their messages and settles them in groups, a checkpoint every `every_s` at most;
    0: after each group. A worker that did not catch up since the last one waits as long as it is late, up to LONGEST_S:
    what was late by a minute is late by little more, and each state is made and written less often.
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
        settle: Settle = settled_at_once,
        refuse: Callable[[EventT, Exception], Record] | None = None,
    ) -> None:
        """`refuse` makes the letter of a message that fails when it is settled."""
        self._settle = settle
        self._refuse = refuse
        self._table = table
        self._stream = stream
        self._send = send
        self._session_s = session_s
        self._clock = clock
        self._copies = no_copies() if copies is None else copies
        self._awake_at = clock()
        self._queue: asyncio.Queue[_Owed] = asyncio.Queue(MOST_WAITING)
        self._unwritten: dict[_Place, NewState] = {}
        self._epoch = 0
        self._every_s = every_s
        self._late_s = math.inf
        self._owed: list[_Owed] = []
        self._owed_bytes = 0
        self._events: dict[int, EventT] = {}
        self._owed_since_s = 0.0
        self._latest: dict[Hashable, Latest] = {}
        self._settling: Sequence[_Owed] = ()
        self._arrival = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._is_stopped = False
        self._at_work = asyncio.Lock()
        self.checkpoints = 0
        """Written since the start."""

    @property
    def owed(self) -> int:
        """Messages that are read and not yet acknowledged."""
        return len(self._owed) + len(self._settling) + self._queue.qsize()

    def state(self, event: EventT, key: bytes) -> State | NewState:
        """The newest state of a key in the event's partition, written or not yet."""
        unwritten = self._unwritten.get((event.message.partition, key))
        if unwritten is not None:
            return unwritten
        stored = self._table.get(key)
        return State.unpack(self._copies.restored(key) if stored is None else stored)

    async def room(self) -> bool:
        """Waits while too much is waiting to be settled, and while a checkpoint begins. Without another wait in between
        a message is then stepped through and added; not so where False says that the partitions went away meanwhile:
        whoever has them next reads it again.
        """
        epoch = self._epoch
        while not self._room.is_set():  # it may have closed again before whoever waited could run
            await self._room.wait()
        return epoch == self._epoch

    def add(self, event: EventT, outcome: Outcome) -> None:
        """There is room."""
        owed = _Owed(event, outcome, self._epoch)
        if outcome.state is not None:
            self._unwritten[owed.place] = outcome.state
            self._events[id(outcome.value)] = event
        self._queue.put_nowait(owed)
        self._note_room()
        self._arrival.set()

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self._wait()
            async with self._working():
                group = await self._begin(self._added())
                has_sent = await self._settled(group, Patience.LONG if self._late_s > LATE_S else Patience.LITTLE)
                if has_sent or self._is_due(group):
                    await self._checkpoint()

    async def finish(self) -> None:
        """Settles what was added, as before an end in order; what is added later is settled at once."""
        self._every_s = 0.0
        async with self._working():
            await self._begin(self._added())
            await self._checkpoint()

    @asynccontextmanager
    async def _working(self) -> AsyncIterator[None]:
        """One at a time. Who is stopped half-way may hold what was never sent: nobody else writes the states that know
        of it.
        """
        async with self._at_work:
            try:
                yield
            except BaseException:
                self._epoch += 1
                self._forget()
                raise

    async def stay_awake(self) -> None:
        """Until cancelled; notes that this process runs."""
        while True:
            self._awake_at = self._clock()
            await asyncio.sleep(self._session_s / 4)

    async def abandon(self) -> None:
        """Partitions go away: what is not yet written is left to whoever reads it next."""
        self._epoch += 1
        async with self._at_work:
            self._forget()

    def _forget(self) -> None:
        """All that is not written: it is read again."""
        self._unwritten.clear()
        self._events.clear()
        self._settling = ()
        self._forget_owed()

    async def _wait(self) -> None:
        """Until something was added or a checkpoint is due."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._arrival.wait(), self._patience_s())

    def _added(self) -> list[_Owed]:
        self._arrival.clear()
        added = [self._queue.get_nowait() for _ in range(self._queue.qsize())]
        self._note_room()
        return added

    def _note_room(self) -> None:
        if self._is_stopped or self._queue.full():
            self._room.clear()
        else:
            self._room.set()

    def _patience_s(self) -> float | None:
        if not self._owed:
            return None
        return max(0.0, min(IDLE_S, self._due_s() - time.monotonic()))

    def _due_s(self) -> float:
        """On the monotonic clock."""
        every_s = self._every_s and max(self._every_s, min(self._late_s, LONGEST_S))
        return self._owed_since_s + every_s

    def _is_due(self, group: Sequence[_Owed]) -> bool:
        """At the end of the interval, of traffic and of room; and once something was sent that people wait for, so
        that the state that knows of it follows.
        """
        over = time.monotonic() >= self._due_s()
        full = self._owed_bytes >= MOST_OWED_BYTES or len(self._latest) >= MOST_LATEST
        return over or full or not group or any(owed.outcome.records for owed in group)

    async def _begin(self, waiting: Sequence[_Owed]) -> Sequence[_Owed]:
        """Sends what goes at once; the rest is owed until the checkpoint. Those that were not abandoned."""
        epoch = self._epoch
        group = [owed for owed in waiting if owed.epoch == epoch]
        await self._until_taken(partial(self._send, [record for owed in group for record in owed.outcome.records]))
        if epoch != self._epoch:
            return []
        self._owed_since_s = self._owed_since_s if self._owed else time.monotonic()
        if group:
            self._late_s = min(self._late_s, _late_s(group))
        self._owed += group
        for owed in group:
            self._owed_bytes += len(owed.event.value or b"")
            self._latest.update({one.place: one for one in owed.outcome.latest})
        return group

    async def _checkpoint(self) -> None:
        epoch, checkpoint = self._epoch, await self._begin_checkpoint()
        await self._until_taken(partial(self._send, checkpoint.records))
        if epoch != self._epoch:
            return
        await self._await_news()
        if epoch != self._epoch:
            return
        written = await self._until_taken(partial(self._send_states, checkpoint.writes))
        if epoch != self._epoch or written is None:
            return
        for write, where in zip(checkpoint.writes, written, strict=True):
            self._keep(write, where)
        for owed in checkpoint.owed:
            await self._stream.ack(owed.event)
        self._settling = ()
        self.checkpoints += 1

    def _forget_owed(self) -> None:
        self._owed, self._owed_bytes, self._late_s = [], 0, math.inf
        self._latest.clear()

    async def _begin_checkpoint(self) -> _Checkpoint:
        """Of all messages that were stepped through; no other is, until their states are made."""
        self._is_stopped = True
        self._note_room()
        try:
            await self._begin(self._added())
            await self._settled(self._owed, Patience.NONE)
            return await self._made()
        finally:
            self._is_stopped = False
            self._note_room()

    async def _settled(self, group: Sequence[_Owed], patience: Patience) -> bool:
        """Steps through what does not wait any longer, and sends what goes at once; whether there was any."""
        records, breath = list[Record](), _Breath()
        for state in _newest(group).values():
            found = self._settle(state.data, patience)
            records += [record for record in found.records if isinstance(record, Record)]
            records += [self._letter_of(*failed) for failed in found.failed if id(failed[0]) in self._events]
            self._latest.update({one.place: one for one in found.records if isinstance(one, Latest)})
            await breath.taken()
        await self._until_taken(partial(self._send, records))
        return bool(records)

    def _letter_of(self, value: object, error: Exception) -> Record:
        if self._refuse is None:
            raise error
        return self._refuse(self._events[id(value)], error)

    async def _made(self) -> _Checkpoint:
        """What was owed is now being settled."""
        newest, breath = _newest(self._owed), _Breath()
        records, packed = list[Record](), list[_Write]()
        for one in self._latest.values():
            records += one.make()
            await breath.taken()
        for place, state in newest.items():
            packed.append(_Write(place, state, state.pack()))
            await breath.taken()
        made = _Checkpoint(records, [write for write in packed if _fits(write)], self._owed)
        self._settling = self._owed
        for owed in self._owed:
            self._events.pop(id(owed.outcome.value), None)
        self._forget_owed()
        return made

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

    async def _send_states(self, writes: Sequence[_Write]) -> list[Any]:
        """Where each is in the changelog, as the Kafka client says."""
        return await asyncio.gather(*[self._table.send_changelog(*write.place, write.stored) for write in writes])

    async def _until_taken(self, send: Callable[[], Awaitable[T]]) -> T | None:
        """Sends again and again, until Kafka has taken all; None where the partitions have gone before."""
        epoch = self._epoch
        while epoch == self._epoch:
            try:
                return await send()
            except (KafkaError, ProducerSendError, Transient) as error:
                log.warning("not sent yet: %s; trying again in %.0f s", error, RETRY_S)
                await asyncio.sleep(RETRY_S)
        return None


class _Breath:
    """Leaves the loop to others every BREATH_S while something takes long, so that heartbeats are sent."""

    def __init__(self) -> None:
        self._until_s = time.monotonic() + BREATH_S

    async def taken(self) -> None:
        if time.monotonic() >= self._until_s:
            await asyncio.sleep(0)
            self._until_s = time.monotonic() + BREATH_S


def _newest(owed: Sequence[_Owed]) -> dict[_Place, NewState]:
    return {one.place: one.outcome.state for one in owed if one.outcome.state is not None}


def _late_s(group: Sequence[_Owed]) -> float:
    """How long ago the newest of them was sent."""
    sent_at_s = max((owed.event.message.timestamp or 0.0 for owed in group), default=0.0)
    return time.time() - sent_at_s if sent_at_s > 0.0 else 0.0


def _fits(write: _Write) -> bool:
    """Kafka would never take a longer one; the key keeps its old state."""
    if len(write.stored) > MAX_VALUE_BYTES:
        log.error("a state of %d bytes is left out: %d fit", len(write.stored), MAX_VALUE_BYTES)
    return len(write.stored) <= MAX_VALUE_BYTES
