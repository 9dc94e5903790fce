"""Copies of all tables' states in the database, where the broker's log dies with its process."""

import logging
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING

from coagent.domain.errors import Transient
from coagent.domain.shift import Shift
from coagent.domain.state_checkpoint import StateCheckpoint
from coagent.steps.detect import DetectStep
from streams.state import State, messages_of
from streams.state_copies import Copy, StateCopies, no_copies

if TYPE_CHECKING:
    from coagent.adapters.postgres.state_checkpoints import StateCheckpoints

log = logging.getLogger(__name__)

DETECT = "detect"
"""The table of the streams' states."""


class Checkpoints:
    """Reads what there is when it is made; raises Transient. Without a `store` nothing is kept or restored."""

    def __init__(self, store: "StateCheckpoints | None", cluster: str) -> None:
        self._store, self._cluster = store, cluster
        self._restored: dict[str, dict[bytes, Copy]] = defaultdict(dict)
        for one in store.read() if store else ():
            self._restored[one.table][one.key] = Copy(one.cluster, one.state)
        self._copies: dict[str, StateCopies] = {}

    def __len__(self) -> int:
        """States that were restored."""
        return sum(map(len, self._restored.values()))

    @property
    def kept(self) -> bool:
        """Whether states are copied at all."""
        return self._store is not None

    def of_table(self, table: str, begin_new_log: Callable[[bytes], bytes]) -> StateCopies:
        """For the one runner that owns the table's states."""
        if self._store is None:
            return no_copies()
        self._copies[table] = StateCopies(self._cluster, self._restored[table], begin_new_log)
        return self._copies[table]

    def knows(self, shift: Shift) -> bool:
        """Whether a restored state holds the shift's change, so that it goes on, ends or can be accepted."""
        stream = shift.segment.stream
        copy = self._restored[DETECT].get(stream.key())
        state = State.unpack(copy.stored).data if copy else None
        return state is not None and DetectStep.has_open_change(state, stream)

    def take_changed(self) -> list[StateCheckpoint]:
        """What is to be copied, since the last time; on the event loop, as all that keeps states."""
        return [
            StateCheckpoint(table, key, self._cluster, messages_of(stored), stored)
            for table, copies in self._copies.items()
            for key, stored in copies.take_changed().items()
        ]

    def write(self, changed: list[StateCheckpoint]) -> bool:
        """Whether they are copied; off the event loop."""
        try:
            if self._store is not None:
                self._store.write(changed)
        except Transient as away:
            log.warning("states are not copied yet: %s", away)
            return False
        return True

    def give_back(self, changed: list[StateCheckpoint]) -> None:
        """They are tried again at the next time."""
        for one in changed:
            self._copies[one.table].give_back({one.key: one.state})
