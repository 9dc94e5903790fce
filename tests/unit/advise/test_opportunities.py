"""Opportunities: exact money from rollups, and none where a figure is missing."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import datasketches
import msgspec
import pytest

from coagent.advise import opportunities
from coagent.domain.money import MoneyRange
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment

SEGMENT = Segment("openai", "gpt-4", task="summary")
START = datetime(2026, 7, 1, tzinfo=UTC)
UNKNOWN = Rollup(
    segment=SEGMENT,
    minute=START,
    part="0",
    sequence=1,
    requests=100,
    errors=0,
    truncations=0,
    refusals=None,
    fallbacks=None,
    cache_hits=None,
    streamed=None,
    input_tokens=None,
    output_tokens=None,
    cached_input_tokens=None,
    cache_write_tokens=None,
    reasoning_tokens=None,
    cost_usd=None,
    cost_known=0,
    price_version=None,
    prompts_known=0,
    duration=None,
    time_to_first_token=None,
    prompt_sketch=None,
)


def rollup(**fields):
    return msgspec.structs.replace(UNKNOWN, **fields)


def prompts(*texts):
    sketch = datasketches.hll_sketch(11, datasketches.tgt_hll_type.HLL_8)
    for text in texts:
        sketch.update(text)
    return sketch.serialize_compact()


def repeating(minute=START, **fields):
    """100 requests of 0.02 USD with 4 different prompts."""
    base = {"prompts_known": 100, "prompt_sketch": prompts("a", "b", "c", "d"), "cost_known": 100}
    return rollup(minute=minute, **(base | {"cost_usd": Decimal("2.00"), "price_version": "prices-1"} | fields))


def test_repeated_prompts_of_less_than_a_day_count_as_a_whole_day():
    [found] = opportunities([repeating()])
    # 96 repeats of 0.02 USD on each of 30 days
    assert found.monthly_savings_usd == MoneyRange(Decimal("57.60"), Decimal("57.60"), Decimal("57.60"))
    assert (found.kind, found.segment, found.price_version) == ("repeated_prompts", SEGMENT, "prices-1")
    assert found.title == "Cache exact answers: 96% of prompts repeat within a day"
    assert found.evidence == [
        {
            "day": "2026-07-01",
            "prompts": 100,
            "distinct_prompts": {"low": 4, "expected": 4, "high": 4},
            "cache_hits": 0,
            "usd_per_request": "0.020000000",
        }
    ]
    assert found.action == {
        "match": {"provider": "openai", "request_model": "gpt-4", "task": "summary"},
        "patch": [{"op": "add", "path": "/cache", "value": {"match": "exact_prompt", "ttl_s": 86400}}],
    }


def test_the_same_prompt_in_two_minutes_repeats_and_on_another_day_it_does_not():
    two_minutes = [repeating(), repeating(START + timedelta(minutes=1))]
    two_days = [repeating(), repeating(START + timedelta(days=1) - timedelta(minutes=1), requests=100)]
    assert opportunities(two_minutes)[0].monthly_savings_usd.expected == Decimal("117.60")
    assert opportunities(two_days)[0].monthly_savings_usd.expected == Decimal("117.60")
    next_day = [repeating(), repeating(START + timedelta(days=2) - timedelta(minutes=1))]
    assert opportunities(next_day)[0].monthly_savings_usd.expected == Decimal("57.60")


def test_cache_hits_are_saved_already():
    [found] = opportunities([repeating(cache_hits=46)])
    assert found.monthly_savings_usd.expected == Decimal("30.00")


def test_parts_of_a_minute_are_summed():
    [found] = opportunities([repeating(), repeating(part="1")])
    assert found.monthly_savings_usd.expected == Decimal("117.60")


@pytest.mark.parametrize(
    "missing",
    [
        {"cost_usd": None, "cost_known": 0},
        {"prompts_known": 0, "prompt_sketch": None},
        {"prompts_known": 4, "requests": 4},
        {"cost_usd": Decimal("0.0001")},
    ],
)
def test_no_repeated_prompts_where_a_figure_is_missing_or_nothing_is_saved(missing):
    assert opportunities([repeating(**missing)]) == []


def test_repeats_within_the_sketch_error_are_none():
    sketch = prompts(*map(str, range(10_000)))
    assert opportunities([repeating(requests=10_100, prompts_known=10_100, prompt_sketch=sketch)]) == []


def test_requests_without_a_price_save_nothing_and_are_told():
    [found] = opportunities([repeating(), repeating(START + timedelta(minutes=1), cost_usd=None, cost_known=0)])
    assert "100 of 200 requests have no known cost and save nothing here." in found.assumptions


def not_streamed(**fields):
    """100 requests of 1,000 tokens in and 100 out that cost 3.60 USD, 20 of them streamed."""
    tokens = {"input_tokens": 100_000, "output_tokens": 10_000}
    return rollup(**({"streamed": 20, "cost_usd": Decimal("3.60"), "cost_known": 100} | tokens | fields))


def test_batch_tier():
    [found] = opportunities([not_streamed()])
    # 80 of 100 requests, half price, 30 days: 3.60 * 0.8 * 0.5 * 30
    assert found.monthly_savings_usd == MoneyRange(Decimal("0.00"), Decimal("21.60"), Decimal("43.20"))
    assert found.kind == "batch_tier"
    assert found.title == "Batch what can wait: 50% off the 80 requests nobody watched arrive"
    assert found.price_version is not None
    assert found.evidence == [
        {
            "requests": 100,
            "not_streamed": 80,
            "not_streamed_usd": "2.880000000",
            "average_request_standard_usd": "0.036",
            "average_request_batch_usd": "0.018",
        }
    ]


@pytest.mark.parametrize(
    "missing",
    [
        {"streamed": None},
        {"streamed": 100},
        {"cost_usd": None, "cost_known": 0},
        {"input_tokens": None, "output_tokens": None},
        {"segment": Segment("somebody", "own-model")},
        {"segment": Segment("openai", "no-such-model")},
        {"segment": Segment("azure.ai.openai", "gpt-4o")},
        {"segment": Segment("openai_like", "gpt-4o")},
    ],
)
def test_no_batch_tier_where_a_figure_is_missing(missing):
    assert opportunities([not_streamed(**missing)]) == []


def test_the_largest_savings_come_first_and_the_order_of_rollups_does_not_matter():
    other = Segment("openai", "gpt-4", task="chat")
    rows = [not_streamed(), repeating(segment=other), repeating(segment=other, minute=START + timedelta(minutes=5))]
    found = opportunities(rows)
    assert [one.kind for one in found] == ["repeated_prompts", "batch_tier"]
    assert opportunities(rows[::-1]) == found


def test_nothing_observed():
    assert opportunities([]) == []
