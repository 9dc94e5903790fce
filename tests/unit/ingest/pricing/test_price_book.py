"""What genai-prices itself makes of the same requests, for every model that it lists."""

import random
from datetime import UTC, date, datetime
from itertools import pairwise

import numpy as np
import pytest
from genai_prices import Usage
from genai_prices.data_snapshot import get_snapshot
from genai_prices.types import StartDateConstraint

from coagent.domain.segment import Segment
from coagent.domain.service_tier import tier_of
from coagent.ingest.pricing import own_rates
from coagent.ingest.pricing.service_tier import context

from .priced import TABLE, costs

FIRST_S, LAST_S = datetime(2025, 1, 1, tzinfo=UTC).timestamp(), datetime(2027, 1, 1, tzinfo=UTC).timestamp()
KEYS = {
    "input_tokens": "input_tokens",
    "output_tokens": "output_tokens",
    "cached_input_tokens": "cache_read_tokens",
    "cache_write_tokens": "cache_write_tokens",
    "cache_write_1h_tokens": "cache_write_1h_tokens",
    "reasoning_tokens": "output_reasoning_tokens",
    "input_audio_tokens": "input_audio_tokens",
    "output_audio_tokens": "output_audio_tokens",
}
NOT_COUNTED = {"output_image_mtok", "output_video_mtok"}


def price_sets(model):
    found = [one.prices for one in model.prices] if isinstance(model.prices, list) else [model.prices]
    return [{name for name, price in prices.__dict__.items() if price is not None} for prices in found]


def models():
    """Those that the name finds again, with a price for tokens that our columns can count."""
    for provider in get_snapshot().providers:
        for model in provider.models:
            sets = price_sets(model)
            tokens = all(names & {"input_mtok", "output_mtok"} and not names & NOT_COUNTED for names in sets)
            if tokens and provider.find_model(model.id) is model:
                yield provider, model


def random_row(rng, audio):
    """Cached tokens and audio are kept apart: how far they overlap is no column's to say."""
    cached, rest = rng.choice([0, rng.randint(1, 200_000)]), rng.randint(0, 100_000)
    writing, output = rng.choice([0, rng.randint(0, 50_000)]), rng.randint(0, 20_000)
    row = {
        "input_tokens": cached + writing + rest,
        "output_tokens": output,
        "cached_input_tokens": 0 if audio else cached,
        "cache_write_tokens": 0 if audio else writing,
        "cache_write_1h_tokens": 0 if audio else rng.randint(0, writing),
        "reasoning_tokens": 0 if audio else rng.randint(0, output),
    }
    if audio:
        row |= {"input_audio_tokens": rng.randint(0, rest), "output_audio_tokens": rng.randint(0, output)}
    return row


def theirs(provider, model, second, row, tier):
    usage = Usage(**{KEYS[name]: count for name, count in row.items()})
    found = model.calc_price(
        usage,
        provider,
        genai_request_timestamp=datetime.fromtimestamp(second, UTC),
        price_context=context(tier_of(tier)) or None,
    )
    return float(found.total_price)


def is_own(provider, model, second, tier):
    """Whether the price comes from coagent's own table, for theirs has none."""
    long_writes = "claude" in model.id and any("cache_write_1h_mtok" not in names for names in price_sets(model))
    day = datetime.fromtimestamp(second, UTC)
    listed = any(
        one.when == context("batch") and (one.constraint is None or one.constraint.active(day))
        for one in model.price_variants or ()
    )
    return (long_writes and provider.id in own_rates.LONG_CACHE_WRITE_PROVIDERS) or (tier == "batch" and not listed)


def test_costs_are_those_of_genai_prices():
    rng, checked = random.Random(20260701), 0
    for provider, model in models():
        audio = any("audio" in name for names in price_sets(model) for name in names)
        rows = [random_row(rng, audio and row % 2 == 0) for row in range(4)]
        rows = [dict.fromkeys(KEYS, 0) | row for row in rows]
        seconds = [rng.uniform(FIRST_S, LAST_S) for _ in rows]
        tiers = [rng.choice([None, "default", "flex", "priority", "fast", "batch"]) for _ in rows]
        columns = {name: [row[name] for row in rows] for name in KEYS}
        found = costs(Segment(provider.id, model.id), times_s=seconds, texts={"service_tier": tiers}, **columns)
        for place, row in enumerate(rows):
            if is_own(provider, model, seconds[place], tiers[place]):
                continue
            wanted = theirs(provider, model, seconds[place], row, tiers[place])
            assert found[place] == pytest.approx(wanted, rel=1e-9, abs=1e-12), (provider.id, model.id, row, tiers)
            checked += 1
    assert checked > 5000


def test_prices_follow_the_time_of_the_request():
    changes = 0
    for provider, model in models():
        dated = model.prices if isinstance(model.prices, list) else []
        starts = sorted(
            datetime.combine(one.constraint.start_date, datetime.min.time(), UTC).timestamp()
            for one in dated
            if isinstance(one.constraint, StartDateConstraint)
        )
        row = {"input_tokens": 1000, "output_tokens": 100}
        times_s = [second for start in starts for second in (start - 1, start)]
        if not times_s:
            continue
        found = costs(Segment(provider.id, model.id), times_s=times_s, **row)
        wanted = [theirs(provider, model, second, row, None) for second in times_s]
        assert found == pytest.approx(wanted), (provider.id, model.id)
        changes += sum(one != other for one, other in pairwise(found))
    assert changes > 10


def test_prices_follow_the_hour_where_they_change_within_a_day():
    day_s = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    times_s = [day_s + hour * 3600 + minute * 60 for hour, minute in ((0, 29), (0, 30), (16, 29), (16, 30))]
    night, day, still_day, evening = costs(
        Segment("deepseek", "deepseek-chat"), times_s=times_s, input_tokens=1_000_000, output_tokens=0
    )
    assert (night, day, still_day, evening) == pytest.approx((0.135, 0.27, 0.27, 0.135))


def test_a_long_context_costs_its_own_rate_for_all_tokens():
    # claude-sonnet-4-5: $3 and $15 up to 200,000 input tokens, $6 and $22.50 above
    found = costs(Segment("anthropic", "claude-sonnet-4-5"), input_tokens=[200_000, 200_001], output_tokens=1000)
    assert found == pytest.approx([0.6 + 0.015, 1.200006 + 0.0225])


def test_audio_that_may_or_may_not_be_cached_has_no_cost():
    # gemini-2.5-flash: text $0.30, audio $1.00, cached text $0.03, cached audio $0.10, output $2.50
    segment = Segment("google", "gemini-2.5-flash")
    found = costs(
        segment,
        input_tokens=[1000, 1000, 1000, 1000],
        output_tokens=0,
        input_audio_tokens=[400, 400, 1000, 0],
        cached_input_tokens=[0, 300, 300, 300],
    )
    assert found[0] == pytest.approx((600 * 0.30 + 400 * 1.00) / 1e6)
    assert np.isnan(found[1])
    assert found[2] == pytest.approx((700 * 1.00 + 300 * 0.10) / 1e6)
    assert found[3] == pytest.approx((700 * 0.30 + 300 * 0.03) / 1e6)


@pytest.mark.parametrize("model", ["gemini-3-pro-image-preview", "whisper-1", "gpt-live-1"])
def test_what_no_column_counts_leaves_the_cost_unknown(model):
    provider = "google" if model.startswith("gemini") else "openai"
    assert costs(Segment(provider, model), input_tokens=100, output_tokens=100) is None


def test_speech_is_priced_by_its_characters():
    # tts-1: $15 a million characters
    assert costs(Segment("openai", "tts-1"), input_chars=2000) == pytest.approx([0.03])
    assert costs(Segment("openai", "tts-1"), input_tokens=2000) is None


def test_the_own_table_covers_no_day_before_a_discount_began():
    discount = own_rates.BATCH_DISCOUNTS[0]
    assert own_rates.batch_discount("openai", "gpt-4o", discount.since) is discount
    assert own_rates.batch_discount("openai", "gpt-4o", date(2024, 4, 14)) is None
    assert all(one.source.startswith("https://") and 0 < one.share < 1 for one in own_rates.BATCH_DISCOUNTS)


def test_the_table_has_no_price_that_the_columns_cannot_express():
    """A price that genai-prices begins to list has to be looked at: it is read, or it makes costs too low."""
    read = {
        "input_mtok", "output_mtok", "cache_read_mtok", "cache_write_mtok", "cache_write_1h_mtok", "input_mchars",
        "output_reasoning_mtok", "input_audio_mtok", "output_audio_mtok", "cache_audio_read_mtok", "requests_kcount",
    }  # fmt: skip
    left = {
        "web_searches_kcount", "storage_searches_kcount", "audio_hours", "input_audio_hours", "input_image_mtok",
        "cache_image_read_mtok", "output_image_mtok", "input_video_mtok", "output_video_mtok", "output_citation_mtok",
        "input_document_kpages", "input_annotated_document_kpages", "input_text_messages_kcount",
    }  # fmt: skip
    found = {name for provider in get_snapshot().providers for model in provider.models for names in price_sets(model)
             for name in names}  # fmt: skip
    assert found - read - left == set()
    assert TABLE.version.startswith("genai-prices ")
