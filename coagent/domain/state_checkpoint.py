"""A copy of a worker's state, which outlives the log that it was written to."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StateCheckpoint:
    """A key's state in one of the worker's tables, as of its message number `messages` in `cluster`."""

    table: str
    key: bytes
    cluster: str
    messages: int
    state: bytes
