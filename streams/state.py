"""A key's state as its changelog holds it: the step's own bytes behind a count of the messages that made them.

Kafka keeps the order in which records arrive, and a process that was paused may send its last one after the new owner
of its partitions has sent many. The count says which of two is the newer, wherever they lie.
"""

import struct
from typing import Protocol, Self, TypeGuard

import msgspec

MAGIC = b"coag"
_HEADER = struct.Struct(f">{len(MAGIC)}sQ")
HEADER_BYTES = _HEADER.size


class Unwritten(Protocol):
    """A state in memory, whose bytes can be had until its key's next message."""

    def to_bytes(self) -> bytes: ...


class NewState(msgspec.Struct, frozen=True):
    """A state that the changelog has not yet taken."""

    messages: int
    data: bytes | Unwritten

    def next(self, data: bytes | Unwritten) -> "NewState":
        """After one more message."""
        return NewState(self.messages + 1, data)

    def pack(self) -> bytes:
        return _packed(self.messages, self.data if isinstance(self.data, bytes) else self.data.to_bytes())


class State(msgspec.Struct, frozen=True):
    """`data` is None before the first message. Who takes over counts at least what was acknowledged, so never less."""

    messages: int = 0
    data: bytes | None = None

    def next(self, data: bytes | Unwritten) -> NewState:
        """After one more message."""
        return NewState(self.messages + 1, data)

    def pack(self) -> bytes:
        return _packed(self.messages, self.data or b"")

    @classmethod
    def unpack(cls, stored: bytes | None) -> Self:
        """Bytes without a count are of a time before there was one: older than any that has it."""
        if not _is_counted(stored):
            return cls(0, stored)
        return cls(messages_of(stored), stored[HEADER_BYTES:])


def messages_of(stored: bytes | None) -> int:
    """The count alone; 0 where there is none."""
    return int(_HEADER.unpack_from(stored)[1]) if _is_counted(stored) else 0


def _is_counted(stored: bytes | None) -> TypeGuard[bytes]:
    return stored is not None and len(stored) >= HEADER_BYTES and stored.startswith(MAGIC)


def _packed(messages: int, data: bytes) -> bytes:
    return _HEADER.pack(MAGIC, messages) + data
