"""How often something may be tried: a bucket of tokens for each name."""

import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

MOST_NAMES = 10_000


class Limit:
    """`burst` at once, then one every `seconds`."""

    def __init__(self, burst: int, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._seconds, self._clock = burst, seconds, clock
        self._full_at: OrderedDict[str, float] = OrderedDict()
        self._guard = Lock()

    def allows(self, name: str) -> bool:
        """Whether `name` may try now; it is counted as a try where it may."""
        now = self._clock()
        with self._guard:
            full_at = max(now, self._full_at.get(name, now)) + self._seconds
            if full_at - now > self._burst * self._seconds:
                return False
            self._full_at[name] = full_at
            self._full_at.move_to_end(name)
            while len(self._full_at) > MOST_NAMES:
                self._full_at.popitem(last=False)
            return True
