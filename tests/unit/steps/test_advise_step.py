from datetime import timedelta
from decimal import Decimal

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.memory.insight_store import MemoryInsightStore
from coagent.adapters.memory.outbox import MemoryOutbox
from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.advise import opportunities
from coagent.steps.advise import AdviseStep
from tests.contract.samples import NOON, prompts, rollup

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
    step = AdviseStep(store, FixedClock(NOON + timedelta(days=10)), timedelta(days=4))
    expected = opportunities(DAYS[6:])
    assert len(expected) == step.run() > 0
    assert expected == [opportunity for opportunity, _ in store.opportunities_to_tell(10)]
    assert opportunities(DAYS) != expected


def test_looking_again_tells_nothing_new():
    telemetry = MemoryTelemetryStore()
    store = MemoryInsightStore(telemetry, MemoryOutbox())
    telemetry.write_rollups(DAYS)
    step = AdviseStep(store, FixedClock(NOON + timedelta(days=10)), timedelta(days=30))
    step.run()
    first = store.opportunities_to_tell(10)
    step.run()
    assert first == store.opportunities_to_tell(10)
