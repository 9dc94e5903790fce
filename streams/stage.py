"""One stateful process step on a topic: decode, step, send. A message that cannot be read becomes a dead letter."""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from faust import EventT, StreamT

from coagent.adapters.kafka.dead_letter_codec import encode_dead_letter
from coagent.adapters.kafka.record import Headers, Record, Undecodable
from coagent.domain.command import Refused
from coagent.domain.rejected import DeadLetter
from coagent.domain.topics import DEADLETTER
from streams.group_commit import (
    MAX_VALUE_BYTES,
    SESSION_S,
    GroupCommit,
    Latest,
    Outcome,
    Send,
    Settle,
    settled_at_once,
)
from streams.state import HEADER_BYTES, Unwritten
from streams.state_copies import StateCopies
from streams.state_table import StateTable

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Stage:
    """What differs from stage to stage.

    `decode` makes the message's value and the key of its state, or raises Undecodable; `advance` takes the state (None
    at first) and the value, and makes the new state and the records to send, or raises Refused. Where there is a
    `shared_key`, it takes a third argument: that key's state in the same partition, None at first. `begin_new_log`
    takes a state from a log that is gone to a new one. States are written and messages acknowledged every `every_s`,
    where that is 0 after each group of messages. `settle` gives what a state whose messages may wait has led to.
    """

    name: str
    decode: Callable[[bytes | None, Headers], tuple[bytes, Any]]
    advance: Callable[..., tuple[bytes | Unwritten, Sequence[Record | Latest]]]
    shared_key: bytes | None = None
    begin_new_log: Callable[[bytes], bytes] = bytes
    every_s: float = 0.0
    settle: Settle = settled_at_once


class StageRunner:
    """Feeds a Faust stream through a stage."""

    def __init__(
        self,
        stage: Stage,
        table: StateTable,
        stream: StreamT[bytes],
        send: Send,
        cluster: str,
        *,
        session_s: float = SESSION_S,
        copies: StateCopies | None = None,
    ) -> None:
        self._stage = stage
        self.messages = 0
        self.dead_letters: Counter[str] = Counter()
        """By reason, as `messages` since the start."""
        self._cluster = cluster
        self._stream = stream
        self._send = send
        self._commit = GroupCommit(
            table, stream, self._send_what_fits, session_s, copies=copies, every_s=stage.every_s,
            settle=stage.settle, refuse=self._failed,
        )  # fmt: skip

    @property
    def name(self) -> str:
        return self._stage.name

    @property
    def checkpoints(self) -> int:
        """Written since the start."""
        return self._commit.checkpoints

    @property
    def owed(self) -> int:
        """Messages that are read and not yet acknowledged."""
        return self._commit.owed

    async def run(self) -> None:
        """Until cancelled; raises what breaks it for good, at once: feeding and settling end together."""
        self._stream.enable_acks = False  # the group commit acknowledges
        try:
            async with asyncio.TaskGroup() as together:
                settling = together.create_task(self._commit.run())
                awake = together.create_task(self._commit.stay_awake())
                async for event in self._stream.events():
                    if await self._commit.room():
                        self._commit.add(event, self._outcome(event))
                        self.messages += 1
                settling.cancel()
                awake.cancel()
        except BaseExceptionGroup as broken:
            raise broken.exceptions[0] from None

    async def abandon(self) -> None:
        """Partitions go away."""
        await self._commit.abandon()

    async def finish(self) -> None:
        """Sends, writes and acknowledges what is owed, as before an end in order."""
        await self._commit.finish()

    def _outcome(self, event: EventT) -> Outcome:
        try:
            key, value = self._stage.decode(event.value, list(event.headers.items()))
            _check_key(event, key)
            before = self._commit.state(event, key)
            state, records = self._stage.advance(before.data, value, *self._shared(event))
            _check_state(state)
        except (Undecodable, Refused) as error:
            return Outcome([self._letter(event, error.reason, error.detail)])
        except Exception as error:
            log.exception("%s failed on %s", self._stage.name, event.message.tp)
            return Outcome([self._failed(event, error)])
        at_once = [record for record in records if isinstance(record, Record)]
        latest = [record for record in records if isinstance(record, Latest)]
        return Outcome(at_once, key, before.next(state), latest, value)

    def _failed(self, event: EventT, error: Exception) -> Record:
        return self._letter(event, f"{self._stage.name}_failed", repr(error))

    def _shared(self, event: EventT) -> list[bytes | Unwritten | None]:
        key = self._stage.shared_key
        return [] if key is None else [self._commit.state(event, key).data]

    def _letter(self, event: EventT, reason: str, detail: str) -> Record:
        self.dead_letters[reason] += 1
        message = event.message
        letter = DeadLetter(
            cluster=self._cluster,
            topic=message.topic,
            partition=message.partition,
            offset=message.offset,
            index=0,
            reason=reason,
            detail=detail,
            payload=event.value or b"",
        )
        log.error("dead letter of %s@%d: %s: %s", message.tp, message.offset, reason, detail)
        return encode_dead_letter(letter)

    async def _send_what_fits(self, records: Sequence[Record]) -> None:
        """Kafka would never take a longer one, and everything behind it would wait for ever. Letters are cut to fit."""
        await self._send([record for record in records if self._fits(record)])

    def _fits(self, record: Record) -> bool:
        headers = sum(len(name) + len(value) for name, value in record.headers)
        size = len(record.key or b"") + len(record.value) + headers
        if size <= MAX_VALUE_BYTES or record.topic == DEADLETTER:
            return True
        log.error("%s: left out a record of %d bytes for %s", self._stage.name, size, record.topic)
        return False


def _check_key(event: EventT, key: bytes) -> None:
    if key != event.key:
        raise Undecodable("wrong_key", "the key is not that of the value: it would meet another state")


def _check_state(state: bytes | Unwritten) -> None:
    """Kafka would never take a longer one; the key keeps its old state. What is not written yet is checked then."""
    if isinstance(state, bytes) and HEADER_BYTES + len(state) > MAX_VALUE_BYTES:
        raise Undecodable("state_too_large", f"the new state has {len(state)} bytes, {MAX_VALUE_BYTES} fit")
