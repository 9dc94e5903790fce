"""Each advisor: what it finds, and the mistake that it must not make."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from coagent.advise import Gpu, opportunities
from coagent.advise.retirement_dates import RETIREMENTS, retirement_of
from coagent.advise.sample_size import quality_sample, two_proportions
from coagent.domain.opportunity import Opportunity
from coagent.domain.segment import Segment
from coagent.domain.usage import Usage
from tests.list_prices import LIST_PRICES
from tests.unit.advise.made_usage import day_usage, usage

OPUS = Segment("anthropic", "claude-opus-5", task="sentiment")
HAIKU = Segment("anthropic", "claude-haiku-4-5", task="sentiment")
SONNET = Segment("anthropic", "claude-sonnet-5", task="digest")
DAYS = 14


def priced(usd: float, sent: int, answered: int, requests: int = 1000, **more: Any) -> dict[str, Any]:
    """So many US dollars a day for requests with so many tokens each."""
    known = {
        "requests": requests, "cost_known": requests, "outcomes_known": requests, "cost_usd": Decimal(str(usd)),
        "list_cost_usd": Decimal(str(usd)), "input_tokens": sent * requests, "output_tokens": answered * requests,
    }  # fmt: skip
    return {**known, **more}


def account(segment: Segment, known: dict[str, Any], **late: Any) -> list[Any]:
    """Two weeks of it; `late` holds from the second week on."""
    return [day_usage(day, segment, **{**known, **(late if day >= DAYS // 2 else {})}) for day in range(DAYS)]


def kinds(seen: Usage) -> list[str]:
    return sorted(one.kind for one in opportunities(seen, LIST_PRICES))


def only(kind: str, seen: Usage, gpu: Gpu | None = None) -> Opportunity:
    [found] = [one for one in opportunities(seen, LIST_PRICES, gpu) if one.kind == kind]
    assert found.assumptions
    assert found.evidence
    assert found.wrong_if
    assert found.validation
    return found


def test_nothing_known_gives_nothing() -> None:
    assert kinds(usage(*account(OPUS, {}))) == []


def test_a_simple_task_goes_to_the_model_that_was_measured_on_it() -> None:
    seen = usage(*account(OPUS, priced(5, 700, 60)), *account(HAIKU, priced(0.1, 700, 60, 100)))
    found = only("right_size", seen)
    assert found.alone_savings_usd is not None
    # 0.005 becomes 0.001 USD a request, 1,000 a day; 80 % move
    assert found.alone_savings_usd.expected == Decimal("96.00")
    assert found.action["patch"][0]["path"] == "/shadow"
    assert "Equal quality is not measured anywhere." in found.assumptions
    assert found.title.startswith("Shadow-test")
    assert found.sample_size == quality_sample(float("nan"))
    assert found.evidence[0]["because"] == "700 tokens in a request, 60 tokens out"


def test_a_cheaper_list_price_is_no_saving_where_the_model_answers_longer() -> None:
    seen = usage(*account(OPUS, priced(5, 700, 60)), *account(HAIKU, priced(0.6, 700, 1060, 100)))
    assert "right_size" not in kinds(seen)


def test_a_candidate_that_was_measured_to_be_worse_is_none() -> None:
    score: dict[str, Any] = {"quality_scores_known": 100}
    large = account(OPUS, priced(5, 700, 60, quality_score=Decimal(90), **score))
    worse = account(HAIKU, priced(0.1, 700, 60, 100, quality_score=Decimal(80), **score))
    equal = account(HAIKU, priced(0.1, 700, 60, 100, quality_score=Decimal(90), **score))
    assert kinds(usage(*large, *worse)) == []
    found = only("right_size", usage(*large, *equal))
    assert found.action["patch"][0]["path"] == "/model"
    assert found.title.startswith("Canary")


def test_lengths_on_tasks_that_both_serve_set_the_cost() -> None:
    large = account(OPUS, priced(5, 700, 60))
    shared = account(Segment("anthropic", "claude-opus-5", task="digest"), priced(21, 700, 700))
    short, long = (account(SONNET, priced(usd, 700, tokens)) for usd, tokens in ((8.4, 700), (29.4, 2800)))
    same_length, longer = (only_or_none("right_size", usage(*large, *shared, *some)) for some in (short, long))
    assert same_length is not None
    assert any("1.00 times the tokens out" in line for line in same_length.assumptions)
    assert longer is None


def only_or_none(kind: str, seen: Usage) -> Opportunity | None:
    return next((one for one in opportunities(seen, LIST_PRICES) if one.kind == kind), None)


@pytest.mark.parametrize(
    "hard", [{"tool_requests": 800, "tools_known": 1000}, {"reasoning_tokens": 2_000_000}, {"input_tokens": 20_000_000}]
)
def test_a_hard_task_stays_where_it_is(hard: dict[str, int]) -> None:
    seen = usage(*account(OPUS, priced(5, 700, 60, **hard)), *account(HAIKU, priced(0.1, 700, 60, 100)))
    assert "right_size" not in kinds(seen)


def test_a_cascade_needs_the_cheap_model_on_the_same_task() -> None:
    medium = account(OPUS, priced(15, 2000, 300))
    found = only("cascade", usage(*medium, *account(HAIKU, priced(0.35, 2000, 300, 100))))
    assert found.alone_savings_usd is not None
    # 0.015 USD a request: 0.0035 for all, 0.015 for three of ten again
    assert found.alone_savings_usd.expected == Decimal("210.00")
    assert kinds(usage(*medium, *account(SONNET, priced(0.35, 2000, 300, 100)))) == []


def test_a_price_that_rose_and_a_mix_that_changed() -> None:
    before = priced(4.5, 1000, 1000)  # 1 USD a million in, 3.5 out
    model = Segment("google", "gemini-2.5-pro", task="tutor")
    found = only("price_change", usage(*account(model, before, cost_usd=Decimal("4.95"))))
    assert found.alone_savings_usd is not None
    assert found.title.startswith("Price rose 10% on 2026-06-08")
    assert found.alone_savings_usd.expected == Decimal("6.75")
    listed = priced(11.25, 1000, 1000)
    assert kinds(usage(*account(model, listed, output_tokens=2_000_000, cost_usd=Decimal("21.25")))) == []


def test_failed_requests_that_are_billed() -> None:
    known = priced(10, 1000, 800, failed_cost_usd=Decimal(2), errors=150)
    found = only("retry_waste", usage(*account(OPUS, known)))
    assert found.monthly_savings_usd.high == Decimal("60.00")
    assert kinds(usage(*account(OPUS, {**known, "failed_cost_usd": Decimal(0)}))) == []


def test_truncated_answers() -> None:
    known = priced(10, 1000, 800, finishes_known=1000, truncations=300, max_tokens=1_000_000, max_tokens_known=1000)
    found = only("truncated_answers", usage(*account(OPUS, known)))
    assert found.monthly_savings_usd.high == Decimal("90.00")
    assert found.action["patch"][0]["value"] == 2000
    assert kinds(usage(*account(OPUS, {**known, "finishes_known": 0, "truncations": 0}))) == []


def test_a_limit_that_is_never_reached() -> None:
    busy = {"finishes_known": 1000, "peak_hour_requests": 200, "max_tokens_known": 1000}
    known = priced(10, 1000, 800, max_tokens=16_000_000, **busy)
    found = only("unused_max_tokens", usage(*account(OPUS, known)))
    # 200 an hour, of 15,200 tokens each
    assert found.evidence[0]["unused_tokens_a_minute"] == 50_667
    assert found.action["patch"][0] == {"op": "add", "path": "/max_tokens", "value": 5000}
    assert (found.monthly_savings_usd.high, bool(found.benefit)) == (0, True)
    for other in ({"truncations": 3}, {"max_tokens": 6_000_000}, {"peak_hour_requests": 40}, {"finishes_known": 0}):
        assert "unused_max_tokens" not in kinds(usage(*account(OPUS, {**known, **other})))


@pytest.mark.parametrize(("kind", "lengths"), [("output_length", (1000, 2400)), ("prompt_bloat", (4000, 800))])
def test_longer_than_others_for_the_same_task(kind: str, lengths: tuple[int, int]) -> None:
    others = [Segment("openai", "gpt-5.4", task="summary", tenant=f"t-{number}") for number in range(4)]
    usual = [day for one in others[1:] for day in account(one, priced(10, 1000, 800))]
    long = account(others[0], priced(30, *lengths))
    assert only(kind, usage(*usual, *long)).parts[0].segment == others[0]
    assert kind not in kinds(usage(*account(others[1], priced(10, 1000, 800)), *long))


def test_prompts_that_grew() -> None:
    known = priced(10, 1000, 800)
    found = only("prompt_growth", usage(*account(OPUS, known, input_tokens=2_000_000)))
    assert found.alone_savings_usd is not None
    # 1,000 tokens more in 1,000 requests a day, at 5 USD a million as billed (a third of list prices here)
    assert found.alone_savings_usd.high == Decimal("150.00")


def test_the_prompt_cache_unused_and_collapsed() -> None:
    known = priced(
        10, 2000, 800, cacheable_input_tokens=2_000_000, cached_input_tokens=0, prefixes_known=1000,
        distinct_prefixes=2.0,
    )  # fmt: skip
    assert kinds(usage(*account(OPUS, known))) == ["prompt_cache"]
    assert kinds(usage(*account(OPUS, {**known, "distinct_prefixes": 1000.0}))) == []
    assert kinds(usage(*account(OPUS, {**known, "cacheable_input_tokens": 0, "cached_input_tokens": None}))) == []
    collapsed = usage(*account(OPUS, {**known, "cached_input_tokens": 1_200_000}, cached_input_tokens=0))
    assert kinds(collapsed) == ["prompt_cache_collapse"]
    assert only("prompt_cache_collapse", collapsed).evidence[0]["since"] == "2026-06-08"


def test_reasoning_on_a_simple_task() -> None:
    known = priced(5, 600, 1000, reasoning_tokens=950_000, tools_known=1000)
    assert "reasoning_effort" in kinds(usage(*account(OPUS, known)))
    assert "reasoning_effort" not in kinds(usage(*account(OPUS, {**known, "tool_requests": 500})))


def test_priority_where_nobody_waits() -> None:
    known = priced(10, 1000, 800, tiers_known=1000, priority_requests=1000, streamed=0)
    model = Segment("openai", "gpt-5.4", task="index")
    # twice the price for all: half of 300 USD a month
    assert only("priority_tier", usage(*account(model, known))).monthly_savings_usd.high == Decimal("150.00")
    assert kinds(usage(*account(model, {**known, "streamed": 900}))) == []
    assert kinds(usage(*account(model, {**known, "tiers_known": 0, "priority_requests": 0}))) == []


def test_an_idle_day_does_not_make_the_unknown_known() -> None:
    """Nobody says that nothing is streamed: days without requests have nothing to stream."""
    known = priced(10, 1000, 800, tiers_known=1000, priority_requests=1000, streamed=None)
    busy = account(Segment("openai", "gpt-5.4", task="index"), known)[1:]
    assert "priority_tier" not in kinds(usage(*busy, day_usage(0, OPUS, **known)))


def test_prefixes_that_are_known_since_a_week_are_counted_from_then_on() -> None:
    known = priced(10, 2000, 800, cacheable_input_tokens=2_000_000, cached_input_tokens=0)
    found = only("prompt_cache", usage(*account(OPUS, known, prefixes_known=1000, distinct_prefixes=2.0)))
    assert (found.title, found.evidence[0]["distinct_prefixes_a_day"]) == (
        "Use the provider's prompt cache: 500 requests a day share a prefix", 1.0
    )  # fmt: skip


def test_a_long_context_price() -> None:
    known = priced(100, 20_000, 800, long_inputs=10, long_input_tokens=2_500_000)
    assert kinds(usage(*account(Segment("google", "gemini-3-pro-preview", task="a"), known))) == ["long_context"]
    assert kinds(usage(*account(Segment("anthropic", "claude-opus-5", task="a"), known))) == []


def test_the_same_model_elsewhere() -> None:
    here = account(Segment("openai", "gpt-5.1", task="a"), priced(10, 1000, 800))
    there = account(Segment("azure", "gpt-5.1", task="b"), priced(8, 1000, 800))
    found = only("endpoint_choice", usage(*here, *there))
    assert found.monthly_savings_usd.high == Decimal("60.00")
    assert found.action["patch"][0]["value"] == {"provider": "azure", "endpoint": None}
    short = account(Segment("azure", "gpt-5.1", task="b"), priced(1.25, 1000, 0))
    assert "endpoint_choice" not in kinds(
        usage(*account(Segment("openai", "gpt-5.1"), priced(9.25, 1000, 800)), *short)
    )


def test_an_outage_without_a_fallback() -> None:
    known = {"outcomes_known": 1000, "fallbacks_known": 1000, "fallbacks": 0, "errors": 20}
    down = {**known, "errors": 90, "failing_errors": 80, "failing_requests": 100}
    found = only("fallback_missing", usage(*account(OPUS, known, **down), *account(SONNET, known)))
    assert found.monthly_savings_usd.high == 0
    assert found.benefit == "About 1,200 requests a month would be answered that fail today."
    assert "fallback_missing" not in kinds(usage(*account(OPUS, {**known, "errors": 400}, **{**down, "errors": 400})))
    unknown = {"fallbacks_known": 0, "fallbacks": None}
    assert "fallback_missing" not in kinds(usage(*account(OPUS, {**known, **unknown}, **{**down, **unknown})))


def test_rate_limits() -> None:
    known = {"outcomes_known": 1000, "errors": 50, "error_types": {"RateLimitError": 40, "timeout": 10}}
    room = account(Segment("azure", "claude-opus-5"), {"outcomes_known": 1000})
    found = only("rate_limits", usage(*account(OPUS, known), *room))
    assert found.evidence[0]["refused_at_rate_limit"] == 40 * DAYS
    assert found.evidence[0]["endpoints_with_room"] == ["azure"]
    assert kinds(usage(*account(OPUS, {**known, "error_types": {"timeout": 50}}))) == []


def test_a_model_that_retires() -> None:
    old = Segment("anthropic", "claude-sonnet-4-20250514", task="legacy")
    found = only("retirement", usage(*account(old, {})))
    assert found.evidence[0]["retires_on"] == "2026-06-15"
    assert kinds(usage(*account(Segment("openai", "gpt-5.4"), {}))) == []


@pytest.mark.parametrize(
    ("model", "day"),
    [
        ("gpt-4", date(2026, 10, 23)),
        ("gpt-4-0613", date(2026, 10, 23)),
        ("gpt-4o", date(2027, 1, 14)),
        ("gpt-4.5", None),
    ],
)
def test_a_name_is_that_model_or_a_snapshot_of_it(model: str, day: date | None) -> None:
    found = retirement_of("openai", model)
    assert (found.day if found else None) == day


def test_every_retirement_has_a_source() -> None:
    assert all(one.source and one.models for one in RETIREMENTS)


def test_self_hosting_where_the_gpus_cost_less() -> None:
    seen = usage(*account(OPUS, priced(200, 700, 60, peak_hour_output_tokens=36_000)))
    cheap = Gpu(usd_per_hour=2.0, output_tokens_per_s=100.0, model="own")
    found = only("self_hosting", seen, cheap)
    # one GPU of 48 USD a day, 80 % of 200 USD move
    assert found.monthly_savings_usd.expected == Decimal("3360.00")
    assert [one.kind for one in opportunities(seen, LIST_PRICES, Gpu(10.0, 100.0, "own"))] == []
    assert kinds(seen) == []


@pytest.mark.parametrize(
    ("before", "after", "power", "size"),
    [(0.5, 0.75, 0.9, 77), (0.8, 0.9, 0.8, 199), (0.5, 0.6, 0.8, 388), (0.9, 0.95, 0.8, 435)],
)
def test_sample_sizes_are_those_of_the_textbooks(before: float, after: float, power: float, size: int) -> None:
    """R's power.prop.test(p1, p2, power) gives the same, rounded up."""
    assert two_proportions(before, after, power=power) == two_proportions(after, before, power=power) == size


def test_a_sample_size_where_nearly_all_or_none_is_good() -> None:
    assert quality_sample(1.0) < quality_sample(0.9) < quality_sample(0.5)
    assert quality_sample(0.0) > 0
