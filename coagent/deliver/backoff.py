"""When to try again."""

from collections.abc import Callable
from datetime import timedelta

import msgspec


class Backoff(msgspec.Struct, frozen=True, kw_only=True):
    """Exponential with equal jitter (Brooker, Exponential Backoff And Jitter, 2015); after `attempts` it gives up."""

    first_s: float = 1.0
    longest_s: float = 300.0
    attempts: int = 20

    def wait(self, attempt: int, jitter: Callable[[], float]) -> timedelta | None:
        """How long to wait after the attempt of that number, from 1; None to give up. `jitter` draws from [0, 1)."""
        if attempt >= self.attempts:
            return None
        ceiling = min(self.longest_s, self.first_s * 2.0 ** (attempt - 1))
        return timedelta(seconds=ceiling * (0.5 + jitter() / 2))
