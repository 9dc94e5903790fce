"""Advice is priced as requests are: by the operator's file first."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.memory.insight_store import MemoryInsightStore
from coagent.adapters.memory.outbox import MemoryOutbox
from coagent.adapters.memory.telemetry_store import MemoryTelemetryStore
from coagent.advise import opportunities
from coagent.bootstrap.analyze import analyze_logs
from coagent.bootstrap.prices import DatedPrices
from coagent.domain.opportunity import Opportunity
from coagent.domain.segment import Segment
from coagent.domain.usage import Usage
from coagent.ports import RawRecord
from coagent.settings import Settings
from coagent.steps.advise import AdviseStep
from tests.contract.samples import NOON, rollup
from tests.list_prices import LIST_PRICES
from tests.unit.advise.made_usage import steady

OWN = """prices:
  - {provider: openai, model: gpt-4.1, input_usd_per_mtok: 1.0, output_usd_per_mtok: 4.0,
     cached_input_usd_per_mtok: 0.9}
  - {provider: own, model: m, input_usd_per_mtok: 1.0, output_usd_per_mtok: 4.0}
  - {provider: own, model: m, service_tier: priority, input_usd_per_mtok: 4.0, output_usd_per_mtok: 16.0}
"""
"""A contract at half the list price that takes only a tenth off cached tokens, and a model that no list knows."""
SHARED_PREFIX = {
    "cost_usd": 4, "cost_known": 1000, "list_cost_usd": 4, "list_cost_known": 1000, "input_tokens": 2_000_000,
    "output_tokens": 1000, "cacheable_input_tokens": 2_000_000, "cached_input_tokens": 0, "prefixes_known": 1000,
    "distinct_prefixes": 2.0,
}  # fmt: skip


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    path = tmp_path / "prices.yaml"
    path.write_text(OWN)
    monkeypatch.setenv("COAGENT_INGEST__PRICES_FILE", str(path))
    return Settings()


def advised(seen: Usage, kind: str, prices=LIST_PRICES) -> Opportunity:
    [found] = [one for one in opportunities(seen, prices) if one.kind == kind]
    return found


def test_what_a_prompt_cache_saves_is_priced_by_the_contract(settings: Settings) -> None:
    own = DatedPrices(settings)(NOON.date())
    listed, contracted = (advised(steady(14, **SHARED_PREFIX), "prompt_cache", one) for one in (LIST_PRICES, own))
    # a token in costs 1 USD a million by the contract, 0.90 cached; by the list 2 and 0.50
    high = [float(one.monthly_savings_usd.high) for one in (listed, contracted)]
    assert high[1] == pytest.approx(high[0] * 0.1 / 1.5, rel=0.02)


def test_the_agent_and_an_analysis_price_a_model_that_no_list_knows(settings: Settings) -> None:
    telemetry = MemoryTelemetryStore()
    store = MemoryInsightStore(telemetry, MemoryOutbox())
    known = {"requests": 100, "tiers_known": 100, "priority_requests": 100, "streamed": 0, "cost_known": 100}
    telemetry.write_rollups([
        rollup(segment=Segment("own", "m"), minute=NOON + timedelta(days=day), **known) for day in range(5)
    ])  # fmt: skip
    clock = FixedClock(NOON + timedelta(days=5))
    AdviseStep(store, store, DatedPrices(settings), clock, lookback=timedelta(days=30)).run()
    found = [one.subject for one in store.claim_subjects(0, 10, NOON)]
    assert ["priority costs 300% more" in one.title for one in found if one.kind == "priority_tier"] == [True]

    report = analyze_logs(settings, PriorityRequests(), "canonical", clock.now().timestamp())
    [same] = [one for one in report.opportunities if one.kind == "priority_tier"]
    assert "priority costs 300% more" in same.title
    assert same.price_version
    assert "overrides" in same.price_version


class PriorityRequests:
    """Of two days, priced at ingest by the same file."""

    def records(self):
        for number in range(400):
            at = datetime.combine(NOON.date(), datetime.min.time(), UTC) + timedelta(minutes=7 * number)
            yield RawRecord(
                json.dumps({
                    "request_id": f"r{number}", "time": at.timestamp(), "provider": "own", "request_model": "m",
                    "input_tokens": 1000, "output_tokens": 100, "stream": False, "service_tier": "priority",
                }).encode(),
                f"log:{number}",
            )  # fmt: skip
