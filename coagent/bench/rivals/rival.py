"""What the comparison asks of a detector."""

from collections.abc import Iterator
from typing import Protocol

from coagent.bench.simulator.rows import Columns


class Rival(Protocol):
    """A detector of one signal, at its library's default setting. A slow one is left out of quick runs."""

    @property
    def name(self) -> str: ...

    @property
    def slow(self) -> bool: ...

    def alarms(self, columns: Columns, signal: str) -> Iterator[int]:
        """Rows at which it alarms, ascending, found one by one as they are asked for; it goes on after each."""
        ...
