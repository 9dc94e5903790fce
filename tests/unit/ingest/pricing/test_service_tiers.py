"""Batch lines, flex and priority, prepaid capacity, one-hour cache writes: list prices of the days, by hand."""

from datetime import UTC, datetime

import numpy as np
import pytest

from coagent.domain.segment import Segment
from coagent.ingest.pricing.price_overrides import read_price_overrides
from coagent.ingest.pricing.price_table import PriceTable

from .priced import JUNE_S, cost, costs, listed, texts_of

NOVEMBER_S = datetime(2026, 11, 1, tzinfo=UTC).timestamp()


def usd(*parts):
    """From (tokens, US dollars a million)."""
    return pytest.approx(sum(tokens * rate for tokens, rate in parts) / 1e6, rel=1e-9)


def test_a_batch_line_costs_half():
    # gpt-4o $2.50 and $10; claude-sonnet-4-5 $3, $15, cache read $0.30; gemini-2.5-flash $0.30 and $2.50
    assert cost("openai", "gpt-4o-2024-08-06", "batch", input_tokens=1000, output_tokens=100) == usd(
        (1000, 1.25), (100, 5)
    )
    assert cost("gcp.gemini", "gemini-2.5-flash", "batch", input_tokens=1000, output_tokens=100) == usd(
        (1000, 0.15), (100, 1.25)
    )
    found = cost(
        "anthropic", "claude-sonnet-4-5", "batch", input_tokens=1000, output_tokens=100, cached_input_tokens=400
    )
    assert found == usd((600, 1.5), (400, 0.15), (100, 7.5))


def test_a_batch_line_has_the_same_price_before_and_after_it_is_listed():
    """genai-prices lists batch prices from the day on which they were written down there, 14 October 2026."""
    tokens = {"input_tokens": 10_000, "output_tokens": 1000, "cached_input_tokens": 6000}
    for provider, model in (
        ("openai", "gpt-4o"), ("openai", "gpt-5"), ("google", "gemini-2.5-flash"), ("anthropic", "claude-haiku-4-5"),
    ):  # fmt: skip
        before, after = (cost(provider, model, "batch", times_s=second, **tokens) for second in (JUNE_S, NOVEMBER_S))
        assert before == pytest.approx(after), model


@pytest.mark.parametrize(
    ("provider", "model", "year"),
    [("groq", "llama-3.3-70b-versatile", 2026), ("x-ai", "grok-3", 2026), ("openai", "gpt-4o", 2023)],
)
def test_a_batch_line_without_a_documented_price_is_unknown(provider, model, year):
    second = datetime(year, 6, 1, tzinfo=UTC).timestamp()
    assert cost(provider, model, input_tokens=1000, output_tokens=100, times_s=second) > 0
    assert cost(provider, model, "batch", input_tokens=1000, output_tokens=100, times_s=second) is None


def test_flex_has_its_own_rate_once_it_is_listed_and_the_standard_rate_with_a_note_before():
    # gpt-5: $1.25, cached $0.125, output $10; flex half of it, listed from 12 October 2026
    tokens = {"input_tokens": 1000, "output_tokens": 200, "cached_input_tokens": 512, "reasoning_tokens": 128}
    amounts, version = listed(
        Segment("openai", "gpt-5"), times_s=[JUNE_S, NOVEMBER_S], texts={"service_tier": ["flex", "flex"]}, **tokens
    )
    assert amounts[0] == usd((488, 1.25), (512, 0.125), (200, 10))
    assert amounts[1] == usd((488, 0.625), (512, 0.0625), (200, 5))
    before, after = texts_of(version)
    assert "standard rate: none listed for flex" in before
    assert "standard rate" not in after


def test_a_tier_out_of_telemetry_never_stands_in_the_version():
    _, version = listed(
        Segment("openai", "gpt-4o"), texts={"service_tier": ["a secret"]}, input_tokens=1, output_tokens=1
    )
    assert "secret" not in version.values[0]
    assert "standard rate: none listed for this service tier" in version.values[0]


@pytest.mark.parametrize("tier", ["default", "standard", "auto", "on_demand", "ON_DEMAND", "Standard", None])
def test_the_standard_tier_has_many_names(tier):
    _, version = listed(Segment("openai", "gpt-4o"), texts={"service_tier": [tier]}, input_tokens=1, output_tokens=1)
    assert "(" not in version.values[0]


@pytest.mark.parametrize("tier", ["scale", "PROVISIONED_THROUGHPUT", "reserved"])
def test_prepaid_capacity_has_no_price_by_the_token(tier):
    assert cost("openai", "gpt-4o", tier, input_tokens=1000, output_tokens=100) is None


def test_priority_and_fast_cost_more():
    # gpt-4o priority: $4.25 and $17; claude-opus-5 fast is listed by its speed
    assert cost("openai", "gpt-4o", "priority", times_s=NOVEMBER_S, input_tokens=1000, output_tokens=100) == usd(
        (1000, 4.25), (100, 17)
    )
    standard, fast = (
        cost("anthropic", "claude-opus-5", tier, times_s=NOVEMBER_S, input_tokens=1000, output_tokens=100)
        for tier in (None, "fast")
    )
    assert fast > standard


@pytest.mark.parametrize(
    ("provider", "model", "rates"),
    [
        ("anthropic", "claude-sonnet-4-5", (3, 3.75, 6)),
        ("openrouter", "anthropic/claude-sonnet-4.5", (3, 3.75, 6)),
        ("vertex_ai", "claude-3-7-sonnet@20250219", (3, 3.75, 6)),
        ("bedrock", "us.anthropic.claude-opus-4-1-20250805-v1:0", (15, 18.75, 30)),
    ],
)
def test_one_hour_cache_writes_cost_twice_the_input(provider, model, rates):
    plain, written, long = rates
    tokens = {"input_tokens": 10_000, "output_tokens": 0, "cache_write_tokens": 8000, "cache_write_1h_tokens": 5000}
    assert cost(provider, model, **tokens) == usd((2000, plain), (3000, written), (5000, long))


def test_the_operators_price_of_a_tier_is_for_that_tier():
    data = b"""prices:
      - {provider: openai, model: gpt-4o, input_usd_per_mtok: 2, output_usd_per_mtok: 4}
      - {provider: openai, model: gpt-4o, service_tier: batch, input_usd_per_mtok: 1, output_usd_per_mtok: 2}
      - {provider: openai, model: gpt-5, input_usd_per_mtok: 3, output_usd_per_mtok: 6,
         cache_write_1h_usd_per_mtok: 9, input_audio_usd_per_mtok: 30, output_audio_usd_per_mtok: 60}
    """
    table, tiers = PriceTable(read_price_overrides(data, "prices.yaml")), [None, "batch", "flex"]
    million = {"input_tokens": 1_000_000, "output_tokens": 0}
    assert costs(Segment("openai", "gpt-4o"), table, texts={"service_tier": tiers}, **million) == [2, 1, 2]
    found = costs(Segment("openai", "gpt-5"), table, texts={"service_tier": tiers}, **million)
    assert (found[0], found[2]) == (3, 3)
    assert np.isnan(found[1])
    audio = {"input_audio_tokens": 500_000, "output_audio_tokens": 0, "cache_write_1h_tokens": 0}
    assert costs(Segment("openai", "gpt-5"), table, **million, **audio) == [16.5]
    written = {"cache_write_tokens": 500_000, "cache_write_1h_tokens": 500_000}
    assert costs(Segment("openai", "gpt-5"), table, **million, **written) == [6.0]
