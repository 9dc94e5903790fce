"""Evaluates SLOs: budgets, burn rates, and burns as findings with the messages that they owe."""

from collections.abc import Sequence

from coagent.deliver.outbox_messages import outbox_messages
from coagent.domain.slo import Slo
from coagent.narrate.insights import plain_insight
from coagent.ports import Clock, InsightStore, SloStore
from coagent.slo.burn_rate import slo_status
from coagent.slo.burns import burns

AT_ONCE = 100


class SloStep:
    """A burn is saved before it is reported: what a crash leaves unreported is reported by the next run."""

    def __init__(self, slos: Sequence[Slo], store: SloStore, insights: InsightStore, clock: Clock) -> None:
        self._slos = slos
        self._store = store
        self._insights = insights
        self._clock = clock

    def run(self) -> int:
        """How many burns are reported. Blocks; raises Transient where the store is away."""
        now = self._clock.now()
        statuses = [slo_status(slo, self._store.buckets(slo, now), now) for slo in self._slos]
        self._store.save(statuses, burns(statuses, self._store.open_burns(), now))
        return self._report()

    def _report(self) -> int:
        unreported = self._store.unreported_burns(AT_ONCE)
        for burn in unreported:
            insight = plain_insight(burn, burn.sequence, self._clock.now())
            self._insights.save_insight(insight, outbox_messages(insight))
        return len(unreported)
