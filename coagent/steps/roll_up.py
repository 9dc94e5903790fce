"""Sums minutes to hours and days."""

from coagent.ports import RollupStore


class RollUpStep:
    """One call sums all that changed since the last."""

    def __init__(self, store: RollupStore) -> None:
        self._store = store

    def run(self) -> int:
        """How many hours were summed. Blocks; raises Transient where the store is away."""
        return self._store.sum_changed()
