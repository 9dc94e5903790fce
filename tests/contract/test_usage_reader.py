"""What the advisors read is the same, whether minutes are summed in memory or days and hours by SQL."""

from datetime import timedelta
from decimal import Decimal

import pytest

from coagent.domain.opportunity import OpportunityPart
from coagent.domain.segment import Segment
from coagent.domain.usage import DayUsage
from tests.contract.conftest import World
from tests.contract.samples import NOON, SEGMENT, durations, opportunity, prompts, rollup

OTHER = Segment("vllm", "m", "host", None, "team")
KNOWN = {
    "requests": 20, "outcomes_known": 20, "errors": 8, "tiers_known": 20, "priority_requests": 3, "batched_requests": 2,
    "long_inputs": 1, "long_input_tokens": 250_000, "max_tokens": 8000, "max_tokens_known": 8, "tool_requests": 4,
    "tools_known": 9, "quality_score": Decimal("7.5"), "quality_scores_known": 9, "failed_cost_usd": Decimal("0.02"),
    "retries": 5, "retries_known": 20, "prompt_sketch": prompts("a", "b"), "prompts_known": 20,
    "duration": durations(1, 2, 3), "error_types": {"timeout": 6, "rate_limit": 2},
}  # fmt: skip


def test_nothing(world: World) -> None:
    assert world.usage(NOON) is None


def test_days_are_summed(world: World) -> None:
    rows = [
        rollup(**KNOWN),
        rollup(minute=NOON + timedelta(minutes=7), prompt_sketch=prompts("b", "c"), prompts_known=10),
        rollup(minute=NOON + timedelta(hours=3), requests=40, errors=0, error_types={}),
        rollup(minute=NOON + timedelta(days=1)),
        rollup(segment=OTHER, cost_usd=None, cost_known=0),
        rollup(minute=NOON - timedelta(days=9)),
    ]
    world.telemetry.write_rollups(rows)

    seen = world.usage(NOON - timedelta(days=1))

    assert seen is not None
    assert (seen.start, seen.end) == (NOON, NOON + timedelta(days=1, hours=1))
    places = [(one.segment, one.day) for one in seen.days]
    midnight = NOON.replace(hour=0)
    assert places == [(SEGMENT, midnight), (OTHER, midnight), (SEGMENT, midnight + timedelta(days=1))]
    assert seen.days[0] == DayUsage(
        segment=SEGMENT, day=midnight, requests=70, outcomes_known=40, errors=9, truncations=0, refusals=None,
        fallbacks=6, retries=5, cache_hits=None, streamed=9, input_tokens=3000, output_tokens=1500,
        cached_input_tokens=750, cache_write_tokens=None, reasoning_tokens=21, max_tokens=8000,
        cost_usd=3 * Decimal("0.012345678"), cost_known=27, list_cost_usd=None, list_cost_known=0,
        failed_cost_usd=Decimal("0.02"), price_version="2026-02", prompts_known=30, prefixes_known=0, refusals_known=0,
        fallbacks_known=0, retries_known=20, finishes_known=0, cacheable_input_tokens=0, tiers_known=20,
        priority_requests=3, batched_requests=2, long_inputs=1, long_input_tokens=250_000, max_tokens_known=8,
        tool_requests=4, tools_known=9, quality_score=Decimal("7.5"), quality_scores_known=9,
        error_types={"rate_limit": 2, "timeout": 7}, distinct_prompts=pytest.approx(3), distinct_prefixes=None,
        peak_hour_requests=40, peak_hour_output_tokens=1000, failing_requests=30, failing_errors=9,
    )  # fmt: skip
    assert seen.days[1].cost_usd is None
    assert {SEGMENT} == set(seen.median_duration_s)
    assert 1.9 < seen.median_duration_s[SEGMENT] < 2.1


def test_an_opportunity_comes_back_with_its_parts(world: World) -> None:
    full = opportunity(
        alone_savings_usd=opportunity().monthly_savings_usd,
        parts=[OpportunityPart(segment=SEGMENT, monthly_spend_usd=Decimal("9.5"), monthly_savings_usd=Decimal("1.25"))],
        benefit="100 requests a month answered that fail today",
        effort="high",
        wrong_if="nothing fails",
        sample_size=1234,
    )
    world.insights.save_opportunities([full], NOON)

    assert [(full, 1)] == world.opportunities()
