"""Whether a process lives, and whether it gets on: two questions, for a server that is away stops the second alone."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

ALIVE_WITHIN_S = 120.0
"""Longer than any wait for a server: a process that beats no more hangs."""
READY_WITHIN_S = 30.0


@dataclass
class Pulse:
    """`beat`: the process does something, if only waiting for a server; `got_on`: a turn of its work is done."""

    clock: Callable[[], float] = time.monotonic
    _beat_s: float = field(init=False)
    _turn_s: float | None = None

    def __post_init__(self) -> None:
        self._beat_s = self.clock()

    def beat(self) -> None:
        self._beat_s = self.clock()

    def got_on(self) -> None:
        self._beat_s = self._turn_s = self.clock()

    @property
    def turn_age_s(self) -> float | None:
        """None before the first turn."""
        return None if self._turn_s is None else self.clock() - self._turn_s

    @property
    def is_alive(self) -> bool:
        return self.clock() - self._beat_s < ALIVE_WITHIN_S

    @property
    def is_ready(self) -> bool:
        """Whether it gets on, and not only waits."""
        return self.turn_age_s is not None and self.turn_age_s < READY_WITHIN_S
