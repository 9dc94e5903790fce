"""Opportunities: exact money from days, none where a figure is missing, sums within the spend."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest

from coagent.advise import opportunities
from coagent.domain.money import MoneyRange
from coagent.domain.segment import Segment
from tests.list_prices import LIST_PRICES
from tests.unit.advise.made_usage import SEGMENT, START, day_usage, steady, usage

REPEATING = {
    "prompts_known": 100, "distinct_prompts": 4.0, "cost_known": 100, "cost_usd": Decimal(2), "requests": 100,
    "price_version": "prices-1",
}  # fmt: skip
JOB = {
    "streamed": 0, "cost_usd": Decimal(36), "cost_known": 1000, "input_tokens": 1_000_000, "output_tokens": 100_000,
    "peak_hour_requests": 600,
}  # fmt: skip


def money(*amounts: str) -> MoneyRange:
    return MoneyRange(*map(Decimal, amounts))


def test_repeated_prompts() -> None:
    [found] = opportunities(steady(14, **REPEATING), LIST_PRICES)
    # 96 repeats of 0.02 USD on each of 30 days
    assert found.monthly_savings_usd == found.alone_savings_usd == money("57.60", "57.60", "57.60")
    assert (found.kind, found.segment, found.price_version) == (
        "repeated_prompts",
        Segment("openai", "gpt-4.1"),
        "prices-1",
    )
    assert found.title == "Cache exact answers: 96% of prompts repeat within a day"
    assert found.evidence[0] == {
        "day": "2026-06-01",
        "prompts": 100,
        "distinct_prompts": 4,
        "cache_hits": 0,
        "repeats": 96,
        "spend_usd": 2.0,
    }
    assert found.action["match"] == {"provider": "openai", "request_model": "gpt-4.1"}
    assert [(part.segment, part.monthly_spend_usd) for part in found.parts] == [(SEGMENT, Decimal("60.00"))]
    assert found.wrong_if


def test_cache_hits_are_saved_already() -> None:
    [found] = opportunities(steady(14, **REPEATING, cache_hits=46), LIST_PRICES)
    assert found.monthly_savings_usd.expected == Decimal("30.00")


@pytest.mark.parametrize(
    "missing",
    [
        {"cost_usd": None, "cost_known": 0},
        {"prompts_known": 0, "distinct_prompts": None},
        {"prompts_known": 4, "requests": 4},
        {"cost_usd": Decimal("0.00001")},
        {"prompts_known": 10_100, "requests": 10_100, "distinct_prompts": 10_000.0},
    ],
)
def test_no_repeated_prompts_where_a_figure_is_missing_or_nothing_is_saved(missing: dict[str, object]) -> None:
    assert opportunities(steady(**{**REPEATING, **missing}), LIST_PRICES) == []


def test_requests_without_a_price_save_nothing_and_are_named() -> None:
    [found] = opportunities(steady(2, **{**REPEATING, "requests": 200}), LIST_PRICES)
    assert "200 of 400 answered requests have no known cost and save nothing here." in found.assumptions


def test_a_day_in_part_is_left_out_where_two_whole_ones_are_known() -> None:
    days = [day_usage(day, **REPEATING) for day in range(3)] + [day_usage(3, **{**REPEATING, "cost_usd": Decimal(90)})]
    seen = usage(*days, start=START + timedelta(hours=3), end=START + timedelta(days=3, hours=5))
    [found] = opportunities(seen, LIST_PRICES)
    assert found.monthly_savings_usd.expected == Decimal("57.60")
    assert "The 30 days of a month are like the 2 observed ones." in found.assumptions


def test_an_idle_day_counts() -> None:
    days = [day_usage(0, **REPEATING), day_usage(3, **REPEATING)]
    [found] = opportunities(usage(*days), LIST_PRICES)
    assert found.monthly_savings_usd.expected == Decimal("28.80")


def test_batch_tier() -> None:
    [found] = opportunities(steady(14, **JOB), LIST_PRICES)
    # half price, 30 days of 36 USD
    assert found.monthly_savings_usd == money("0.00", "270.00", "540.00")
    assert found.kind == "batch_tier"
    assert found.price_version is not None
    assert found.evidence[0]["busiest_hour_share"] == 0.6


@pytest.mark.parametrize(
    "missing",
    [
        {"streamed": None},
        {"streamed": 300},
        {"cost_usd": None, "cost_known": 0},
        {"input_tokens": None, "output_tokens": None},
        {"peak_hour_requests": 140},
        {"batched_requests": 1000},
        {"tool_requests": 500},
        {"requests": 20, "peak_hour_requests": 10, "cost_known": 20},
        {"segment": Segment("somebody", "own-model")},
        {"segment": Segment("openai", "no-such-model")},
        {"segment": Segment("openai_like", "gpt-4o")},
    ],
)
def test_no_batch_tier_where_a_figure_is_missing_or_somebody_waits(missing: dict[str, object]) -> None:
    assert opportunities(steady(**{**JOB, **missing}), LIST_PRICES) == []


def test_the_same_change_to_many_accounts_is_one_decision_with_its_parts() -> None:
    accounts = [Segment("openai", "gpt-4.1", task=f"task-{number}", tenant="acme") for number in range(40)]
    [found] = opportunities(usage(*(day_usage(day, one, **JOB) for one in accounts for day in range(7))), LIST_PRICES)
    assert len(found.parts) == 40
    assert sum(part.monthly_savings_usd for part in found.parts) == found.monthly_savings_usd.expected
    [again] = opportunities(
        usage(*(day_usage(day, one, **JOB) for one in accounts[:3] for day in range(7))), LIST_PRICES
    )
    assert again.id == found.id


def test_savings_on_the_same_spend_are_combined() -> None:
    both = steady(14, **{**JOB, "prompts_known": 1000, "distinct_prompts": 100.0})
    cache, batch = opportunities(both, LIST_PRICES)
    assert (cache.kind, batch.kind) == ("repeated_prompts", "batch_tier")
    assert batch.alone_savings_usd == money("0.00", "270.00", "540.00")
    # a tenth of the spend is left for the batch tier
    assert batch.monthly_savings_usd.expected == Decimal("27.00")
    assert cache.monthly_savings_usd.high + batch.monthly_savings_usd.high <= Decimal(36 * 30)


def test_the_order_of_days_does_not_matter() -> None:
    seen = steady(14, **{**JOB, "prompts_known": 1000, "distinct_prompts": 100.0})
    backwards = msgspec.structs.replace(seen, days=seen.days[::-1])
    assert opportunities(backwards, LIST_PRICES) == opportunities(seen, LIST_PRICES)


def test_nothing_observed() -> None:
    assert opportunities(None, LIST_PRICES) == []
