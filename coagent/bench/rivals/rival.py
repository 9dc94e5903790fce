"""What the comparison asks of a detector."""

from collections.abc import Iterator
from typing import Protocol

from coagent.bench.simulator.rows import Columns


class Rival(Protocol):
    """A detector of one signal. `knobs` are the values of its sensitivity that are tried, the most sensitive first;
    empty where there is nothing to tune. A slow one is measured on fewer rows.
    """

    @property
    def name(self) -> str: ...

    @property
    def knobs(self) -> tuple[float, ...]: ...

    @property
    def slow(self) -> bool: ...

    def alarms(self, columns: Columns, signal: str, knob: float) -> Iterator[int]:
        """Rows at which it alarms, ascending, found one by one as they are asked for; it goes on after each."""
        ...
