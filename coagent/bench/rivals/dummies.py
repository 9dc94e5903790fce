"""The two that no figure may flatter: one that never alarms and one that always does."""

from collections.abc import Iterator

from coagent.bench.simulator.rows import Columns


class Never:
    name = "never"
    knobs = (0.0,)
    slow = False

    def alarms(self, columns: Columns, signal: str, knob: float) -> Iterator[int]:  # noqa: ARG002  see `Rival`
        """No row."""
        return iter(())


class Always:
    name = "always"
    knobs = (0.0,)
    slow = False

    def alarms(self, columns: Columns, signal: str, knob: float) -> Iterator[int]:  # noqa: ARG002  see `Rival`
        """Every row."""
        return iter(range(columns.rows))
