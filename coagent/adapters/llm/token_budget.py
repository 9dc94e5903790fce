"""How many tokens a model may still spend."""

from collections import deque
from collections.abc import Callable

HOUR_S = 3600.0


class TokenBudget:
    """`tokens_per_hour` over any hour, prompts and answers; None: no limit. `now_s` is a monotonic clock in seconds."""

    def __init__(self, tokens_per_hour: int | None, now_s: Callable[[], float]) -> None:
        self._limit, self._now_s = tokens_per_hour, now_s
        self._spent: deque[tuple[float, int]] = deque()
        self._sum = 0

    def spend(self, tokens: int) -> None:
        self._spent.append((self._now_s(), tokens))
        self._sum += tokens

    def wait_s(self) -> float | None:
        """Seconds until some of it is free again; None: there is some left."""
        self._forget()
        if self._limit is None or self._sum < self._limit:
            return None
        return self._spent[0][0] + HOUR_S - self._now_s()

    def _forget(self) -> None:
        while self._spent and self._spent[0][0] <= self._now_s() - HOUR_S:
            self._sum -= self._spent.popleft()[1]
