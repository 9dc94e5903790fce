"""States that outlive their broker: the table's newest ones, copied to the database and restored from there."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from streams.state import State


@dataclass(frozen=True, slots=True)
class Copy:
    """A state as it is stored, and the cluster whose messages made it."""

    cluster: str
    stored: bytes


class StateCopies:
    """Of one table. `begin_new_log` takes a state's data from a log that is gone to a new one, whose offsets begin
    anew.
    """

    def __init__(
        self, cluster: str, restored: Mapping[bytes, Copy], begin_new_log: Callable[[bytes], bytes] = bytes
    ) -> None:
        self._cluster = cluster
        self._restored = dict(restored)
        self._begin_new_log = begin_new_log
        self._changed: dict[bytes, bytes] = {}

    def restored(self, key: bytes) -> bytes | None:
        """What is known of a key that this log has no state of yet."""
        copy = self._restored.get(key)
        if copy is None or copy.cluster == self._cluster:
            return copy.stored if copy else None
        state = State.unpack(copy.stored)
        return State(state.messages, self._begin_new_log(state.data or b"")).pack()

    def keep(self, key: bytes, stored: bytes) -> None:
        """A state that the changelog has taken: to be copied."""
        self._restored.pop(key, None)
        self._changed[key] = stored

    def take_changed(self) -> dict[bytes, bytes]:
        """What was kept since the last time."""
        changed, self._changed = self._changed, {}
        return changed

    def give_back(self, changed: Mapping[bytes, bytes]) -> None:
        """What could not be copied: it is tried again, but for what is newer by now."""
        self._changed = {**changed, **self._changed}


def no_copies() -> StateCopies:
    """Where the changelog outlives the worker: nothing is restored, and what is kept is never asked for."""
    return _NoCopies("", {})


class _NoCopies(StateCopies):
    def keep(self, key: bytes, stored: bytes) -> None:
        """The changelog has it."""
