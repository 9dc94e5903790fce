from datetime import timedelta
from decimal import Decimal

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.memory.insight_store import MemoryInsightStore
from coagent.adapters.memory.outbox import MemoryOutbox
from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.advise import opportunities, usage_of
from coagent.steps.advise import AdviseStep
from tests.contract.samples import NOON, prompts, rollup
from tests.list_prices import LIST_PRICES, list_prices

DAYS = [
    rollup(
        minute=NOON + timedelta(days=day),
        requests=100,
        prompts_known=100,
        prompt_sketch=prompts("a", "b", "c"),
        cost_usd=Decimal(2),
        cost_known=100,
    )
    for day in range(10)
]


def test_saves_what_the_rollups_of_the_lookback_carry():
    telemetry = MemoryTelemetryStore()
    store = MemoryInsightStore(telemetry, MemoryOutbox())
    telemetry.write_rollups(DAYS)
    step = AdviseStep(store, store, list_prices, FixedClock(NOON + timedelta(days=10)), lookback=timedelta(days=4))
    expected = opportunities(usage_of(DAYS[6:]), LIST_PRICES)
    assert len(expected) == step.run() > 0
    assert expected == [one.subject for one in store.claim_subjects(0, 10, NOON)]
    assert opportunities(usage_of(DAYS), LIST_PRICES) != expected


def test_looking_again_reports_nothing_new():
    telemetry = MemoryTelemetryStore()
    store = MemoryInsightStore(telemetry, MemoryOutbox())
    telemetry.write_rollups(DAYS)
    step = AdviseStep(store, store, list_prices, FixedClock(NOON + timedelta(days=10)), lookback=timedelta(days=30))
    step.run()
    first = store.claim_subjects(0, 10, NOON)
    step.run()
    assert first == store.claim_subjects(0, 10, NOON + timedelta(hours=1))


def test_a_look_that_takes_long_is_followed_by_a_long_rest():
    telemetry = MemoryTelemetryStore()
    store = MemoryInsightStore(telemetry, MemoryOutbox())
    telemetry.write_rollups(DAYS)
    clock = FixedClock(NOON + timedelta(days=10))

    class Slow:
        def usage_since(self, since):
            clock.move(timedelta(seconds=20))
            return store.usage_since(since)

    step = AdviseStep(Slow(), store, list_prices, clock, lookback=timedelta(days=30))
    looked = [step.run() > 0]
    for _ in range(20):
        clock.move(timedelta(minutes=1))
        looked.append(step.run() > 0)
    assert looked == [True, *[False] * 16, True, *[False] * 3]
