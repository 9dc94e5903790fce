"""What a saving costs by task, tenant and hour, on real views, without a model."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace

from coagent.adapters.postgres.investigate import PostgresInvestigator
from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.segment import Segment
from coagent.narrate.investigation import Limits, ask_by_cause
from tests.contract.samples import rollup
from tests.shown_subjects import ONSET, saving

NOW = ONSET.replace(minute=30)
DAY = timedelta(days=1)
FAQ = Segment("openai", "gpt-4", task="faq", tenant="acme")


def hours(segment: Segment, usd: str):
    """Ten priced requests in each of two whole hours, and as many in the hour under way."""
    costs = {"requests": 10, "cost_usd": Decimal(usd), "cost_known": 10}
    return [rollup(segment=segment, minute=NOW - timedelta(hours=hour), **costs) for hour in (0, 1, 2)]


@pytest.fixture
def investigator(postgres_engine) -> PostgresInvestigator:
    other, unlike = replace(FAQ, tenant="zeta"), replace(FAQ, task="chat", tenant="acme")
    rollups = [*hours(FAQ, "0.02"), *hours(other, "0.04"), *hours(unlike, "0.5")]
    PostgresTelemetryStore(postgres_engine).write_rollups(rollups)
    LongerRollups(postgres_engine).sum_changed()
    return PostgresInvestigator(postgres_engine)


async def said(investigator, **changes) -> list[str]:
    material = await ask_by_cause(saving(**changes), NOW, investigator, Limits(lookup_s=20))
    return [one.text for one in material.claims if one.heading == "Around it"]


COST = "mean cost of a priced request"
SINCE = "in the day from 2026-02-28 14:00:00 UTC on"


async def test_of_a_task_by_tenant_and_hour(investigator):
    assert [
        f"{COST} of tenant `acme` was 0.002 USD {SINCE} (20 requests)",
        f"{COST} of tenant `zeta` was 0.004 USD {SINCE} (20 requests)",
        f"{COST} was 0.003 USD in the hour from 2026-03-01 13:00:00 UTC (20 requests)",
        f"{COST} was 0.003 USD in the hour from 2026-03-01 12:00:00 UTC (20 requests)",
    ] == await said(investigator)


async def test_of_a_model_by_task_too(investigator):
    found = await said(investigator, segment=Segment("openai", "gpt-4"))
    assert [
        f"{COST} of task `faq` was 0.003 USD {SINCE} (40 requests)",
        f"{COST} of task `chat` was 0.05 USD {SINCE} (20 requests)",
    ] == found[:2]
    assert len(found) == 6


async def test_of_several_models_together_nothing_is_said(investigator):
    assert [] == await said(investigator, segment=Segment("openai", "(all)"))
