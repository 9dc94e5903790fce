"""What was billed beside the list price. gpt-4o: $2.50 in, cached $1.25, $10 out."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest

from coagent.domain.batch import Source
from coagent.domain.segment import Segment
from coagent.ingest.options import DecodeOptions
from coagent.ingest.pricing.cost_columns import BILLED_DIFFERS, BILLED_ZERO, CONTRADICTORY, add_costs
from coagent.ingest.pricing.price_table import PriceTable
from coagent.steps.ingest import IngestStep

from .priced import JULY_S, TABLE, columns_of, texts_of

SEGMENT = Segment("openai", "gpt-4o")
LIST_USD = 0.27


def with_costs(segment=SEGMENT, texts=None, **tokens):
    numbers, columns = columns_of(JULY_S, {"input_tokens": 100_000, "output_tokens": 2000} | tokens, texts)
    noted = add_costs(TABLE, segment, numbers, columns)
    return numbers, columns, {one.noted: one.rows.tolist() for one in noted}


def test_zero_billed_for_a_priced_model_is_unknown():
    numbers, _, noted = with_costs(cost_usd=[0, 0.27, np.nan])
    np.testing.assert_array_equal(numbers["cost_usd"], [np.nan, 0.27, np.nan])
    assert numbers["list_cost_usd"] == pytest.approx([LIST_USD] * 3)
    assert noted == {BILLED_ZERO: [0]}


def test_a_column_of_false_zeros_is_left_out():
    numbers, _, noted = with_costs(cost_usd=[0, 0])
    assert "cost_usd" not in numbers
    assert noted == {BILLED_ZERO: [0, 1]}


@pytest.mark.parametrize(
    ("segment", "fields", "texts"),
    [
        (SEGMENT, {"cache_hit": 1}, {}),
        (SEGMENT, {}, {"status": ["error"]}),
        (SEGMENT, {"input_tokens": 0, "output_tokens": 0}, {}),
        (Segment("vllm", "m"), {}, {}),
        (Segment("openrouter", "deepseek/deepseek-r1:free"), {}, {}),
    ],
)
def test_zero_is_believed_where_nothing_was_to_pay(segment, fields, texts):
    numbers, _, noted = with_costs(segment, texts, cost_usd=[0], **fields)
    assert numbers["cost_usd"].tolist() == [0]
    assert noted == {}


def test_zero_billed_for_tokens_in_doubt_is_unknown():
    numbers, _, noted = with_costs(texts={"cost_doubt": ["unread_usage", None]}, cost_usd=[0, 0.27])
    np.testing.assert_array_equal(numbers["cost_usd"], [np.nan, 0.27])
    np.testing.assert_allclose(numbers["list_cost_usd"], [np.nan, LIST_USD])
    assert noted == {BILLED_ZERO: [0]}


def test_what_was_billed_stays_and_a_difference_is_counted():
    billed = [0.27, 0.2701, 0.269, 0.2, 0.5, np.nan]
    numbers, _, noted = with_costs(cost_usd=billed)
    np.testing.assert_array_equal(numbers["cost_usd"], billed)
    assert noted == {BILLED_DIFFERS: [3, 4]}


def test_a_millionth_of_a_dollar_is_rounding():
    _, _, noted = with_costs(cost_usd=[0.000002], input_tokens=1, output_tokens=0)
    assert noted == {}


def test_rows_in_doubt_have_no_list_price_and_no_version():
    numbers, texts, noted = with_costs(texts={"cost_doubt": [None, "contradictory_counts"]})
    np.testing.assert_allclose(numbers["list_cost_usd"], [LIST_USD, np.nan])
    assert texts_of(texts["price_version"]) == [TABLE.version, None]
    assert noted == {}


@pytest.mark.parametrize(
    "tokens",
    [
        {"cached_input_tokens": 100_001},
        {"cached_input_tokens": 60_000, "cache_write_tokens": 60_000},
        {"cache_write_tokens": 10, "cache_write_1h_tokens": 11},
        {"reasoning_tokens": 2001},
        {"output_audio_tokens": 2001},
        {"input_audio_tokens": 100_001},
    ],
)
def test_parts_above_their_whole_put_the_cost_in_doubt(tokens):
    known = {name: [count, 0, np.nan] for name, count in tokens.items()}
    numbers, texts, noted = with_costs(texts={"cost_doubt": [None, None, "unread_usage"]}, **known)
    assert np.isnan(numbers["list_cost_usd"]).tolist() == [True, False, True]
    assert texts_of(texts["cost_doubt"]) == [CONTRADICTORY.reason, None, "unread_usage"]
    assert noted == {CONTRADICTORY: [0]}


def test_ingest_counts_once_what_pricing_noted_though_batches_are_cut():
    at_s, source = datetime(2026, 7, 1, tzinfo=UTC).timestamp(), Source("prod", "t", 0)
    step = IngestStep(
        options=DecodeOptions(), prices=PriceTable(), flush_rows=100_000, flush_age_s=1, max_rows=1_000_000,
        max_segments=10,
    )  # fmt: skip
    record = {"time": at_s, "provider": "openai", "request_model": "gpt-4o", "input_tokens": 1000, "output_tokens": 100}
    ids = [f"{offset}-" + "x" * 500 for offset in range(10_000)]
    lines = [json.dumps(record | {"cost_usd": 0, "request_id": name}).encode() for name in ids]
    step.feed(source, list(enumerate(lines)), at_s)
    batches = step.take(at_s, everything=True)
    assert len(batches) > 1
    assert step.counts.noted == {BILLED_ZERO.reason: 10_000}


def test_random_columns_end_as_they_should():
    rng = np.random.default_rng(20260701)
    names = (
        "input_tokens", "output_tokens", "cached_input_tokens", "cache_write_tokens", "cache_write_1h_tokens",
        "reasoning_tokens", "input_audio_tokens", "output_audio_tokens", "cost_usd", "cache_hit",
    )  # fmt: skip
    segments = [SEGMENT, Segment("gcp.gemini", "gemini-2.5-flash"), Segment("anthropic", "claude-sonnet-4-5")]
    for case in range(300):
        rows = int(rng.integers(1, 40))
        some = [name for name in names if rng.random() < 0.7]
        tokens = {name: rng.choice([0, 1, 5, 1000, np.nan], rows) for name in some} or {"input_tokens": np.ones(rows)}
        texts = {
            "cost_doubt": rng.choice([None, "unread_usage"], rows).tolist(),
            "status": rng.choice([None, "ok", "error"], rows).tolist(),
            "service_tier": rng.choice([None, "batch", "flex", "scale"], rows).tolist(),
        }
        numbers, columns = columns_of(JULY_S, tokens, texts)
        noted = add_costs(TABLE, segments[case % 3], numbers, columns)
        listed = numbers.get("list_cost_usd", np.full(rows, np.nan))
        doubted = np.array([one is not None for one in texts_of(columns["cost_doubt"])])
        assert np.isnan(listed[doubted]).all()
        assert not (listed < 0).any()
        before, after = tokens.get("cost_usd", np.full(rows, np.nan)), numbers.get("cost_usd", np.full(rows, np.nan))
        changed = ~((before == after) | (np.isnan(before) & np.isnan(after)))
        assert (before[changed] == 0).all()
        assert np.isnan(after[changed]).all()
        zeros = [one.rows.tolist() for one in noted if one.noted == BILLED_ZERO]
        assert zeros == ([np.flatnonzero(changed).tolist()] if changed.any() else [])
        if (version := columns.get("price_version")) is not None:
            assert [one is not None for one in texts_of(version)] == (~np.isnan(listed)).tolist()
