"""The one that no figure may flatter."""

from collections.abc import Iterator

from coagent.bench.simulator.rows import Columns


class Always:
    name = "always"
    slow = False

    def alarms(self, columns: Columns, signal: str) -> Iterator[int]:  # noqa: ARG002  see `Rival`
        """Every row."""
        return iter(range(columns.rows))
