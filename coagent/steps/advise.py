"""Looks for what could be cheaper, faster or better in what Postgres remembers."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from coagent.advise import Gpu, opportunities
from coagent.domain.unit_price import Prices
from coagent.ports import Clock, InsightStore, UsageReader

RESTS = 49
"""Times as long as a look took, so that it takes 2 % of the time at most: a few milliseconds where there is little to
read, a quarter of a minute with a thousand accounts.
"""


class AdviseStep:
    """`prices`: of requests on a day; `lookback`: how far back days are read; `gpu`: what self-hosting would cost, None
    where it is not looked at.
    """

    def __init__(
        self,
        usage: UsageReader,
        store: InsightStore,
        prices: Callable[[date], Prices],
        clock: Clock,
        *,
        lookback: timedelta,
        gpu: Gpu | None = None,
    ) -> None:
        self._usage = usage
        self._store = store
        self._prices = prices
        self._clock = clock
        self._lookback = lookback
        self._gpu = gpu
        self._rests_until: datetime | None = None

    def run(self) -> int:
        """How many opportunities stand, 0 while it rests. Blocks; raises Transient where the store is away."""
        now = self._clock.now()
        if self._rests_until and now < self._rests_until:
            return 0
        usage = self._usage.usage_since(now - self._lookback)
        found = opportunities(usage, self._prices(now.date()), self._gpu)
        self._store.save_opportunities(found, now)
        self._rests_until = now + (1 + RESTS) * (self._clock.now() - now)
        return len(found)
