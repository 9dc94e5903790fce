"""Asks a server that fails no more until it has had some rest."""

from collections.abc import Callable


class CircuitBreaker:
    """Opens after `failures` in a row; `open_s` later one request goes through and decides (half-open).

    Source: Nygard, Release It!, "Circuit Breaker". `now_s` is a monotonic clock in seconds.
    """

    def __init__(self, failures: int, open_s: float, now_s: Callable[[], float]) -> None:
        self._limit, self._open_s, self._now_s = failures, open_s, now_s
        self._failures = 0
        self._open_until: float | None = None

    def wait_s(self) -> float | None:
        """Seconds until the next request may go out; None: now. A caller that gets None while half-open is the probe:
        the others wait for it as long as the breaker stays open each time.
        """
        if self._open_until is None:
            return None
        left = self._open_until - self._now_s()
        if left > 0:
            return left
        self._open_until = self._now_s() + self._open_s
        return None

    def succeeded(self) -> bool:
        """Whether this closed it."""
        was_open, self._open_until, self._failures = self._open_until is not None, None, 0
        return was_open

    def failed(self) -> bool:
        """Whether this opened it, or kept it open."""
        self._failures += 1
        if self._failures < self._limit:
            return False
        self._open_until = self._now_s() + self._open_s
        return True
