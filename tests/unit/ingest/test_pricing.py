import random
from datetime import UTC, datetime

import genai_prices
import numpy as np
import pytest
from genai_prices.data_snapshot import get_snapshot

from coagent.domain.batch import TextColumn
from coagent.domain.errors import Fatal
from coagent.domain.segment import Segment
from coagent.ingest.pricing.price_overrides import read_price_overrides
from coagent.ingest.pricing.price_table import PriceTable

JULY_S = datetime(2026, 7, 1, tzinfo=UTC).timestamp()
VERSION = f"genai-prices {genai_prices.__version__}"


def text_column(texts):
    values = list(dict.fromkeys(text for text in texts if text is not None))
    return TextColumn(values, np.array([-1 if text is None else values.index(text) for text in texts], "<i4").tobytes())


def costs(segment, table=None, times_s=JULY_S, texts=None, **tokens):
    rows = max(np.size(one) for one in (times_s, *tokens.values()))
    numbers = {name: np.broadcast_to(np.asarray(one, np.float64), rows) for name, one in tokens.items()}
    numbers["time_s"] = np.broadcast_to(np.asarray(times_s, np.float64), rows)
    columns = {name: text_column(values) for name, values in (texts or {}).items()}
    found = (table or PriceTable()).list_costs(segment, numbers, columns)
    return None if found is None else found[0].tolist()


def models_with_token_prices():
    for provider in get_snapshot().providers:
        for model in provider.models:
            prices = model.get_prices(datetime(2026, 7, 1, tzinfo=UTC))
            by_name = provider.find_model(model.id) is model
            if by_name and prices.input_mtok is not None and prices.output_mtok is not None:
                yield provider.id, model.id


def expected(provider, model, second, tokens, tier):
    usage = genai_prices.Usage(
        input_tokens=tokens["input_tokens"],
        output_tokens=tokens["output_tokens"],
        cache_read_tokens=tokens["cached_input_tokens"],
        cache_write_tokens=tokens["cache_write_tokens"],
        output_reasoning_tokens=tokens["reasoning_tokens"],
    )
    found = genai_prices.calc_price(
        usage,
        model,
        provider_id=provider,
        genai_request_timestamp=datetime.fromtimestamp(second, UTC),
        price_context={"service_tier": tier} if tier else None,
    )
    return float(found.total_price)


def random_row(rng):
    cached, writing, rest = rng.randint(0, 200_000), rng.randint(0, 50_000), rng.randint(0, 100_000)
    output = rng.randint(0, 20_000)
    return {
        "input_tokens": cached + writing + rest,
        "output_tokens": output,
        "cached_input_tokens": cached,
        "cache_write_tokens": writing,
        "reasoning_tokens": rng.randint(0, output),
    }


def test_costs_are_those_of_genai_prices():
    rng, table = random.Random(20260701), PriceTable()
    for provider, model in rng.sample(list(models_with_token_prices()), 150):
        rows = [random_row(rng) for _ in range(8)]
        seconds = [float(rng.randrange(1_735_689_600, 1_798_761_600)) for _ in rows]
        tiers = [rng.choice([None, "default", "flex", "priority", "fast"]) for _ in rows]
        columns = {name: [row[name] for row in rows] for name in rows[0]}
        actual = costs(Segment(provider, model), table, seconds, {"service_tier": tiers}, **columns)
        wanted = [expected(provider, model, *one) for one in zip(seconds, rows, tiers, strict=True)]
        assert actual == pytest.approx(wanted, rel=1e-9, abs=1e-12), (provider, model)


def test_prices_follow_the_time_of_the_request():
    reductions = 0
    for provider in get_snapshot().providers:
        for model in provider.models:
            dated = model.prices if isinstance(model.prices, list) else []
            starts = [one.constraint.start_date for one in dated if hasattr(one.constraint, "start_date")]
            if not starts or not dated[0].prices.input_mtok or provider.find_model(model.id) is not model:
                continue
            start_s = datetime.combine(starts[0], datetime.min.time(), UTC).timestamp()
            times_s = [start_s - 1, start_s]
            actual = costs(Segment(provider.id, model.id), times_s=times_s, input_tokens=1000, output_tokens=100)
            none = dict.fromkeys(("cached_input_tokens", "cache_write_tokens", "reasoning_tokens"), 0)
            tokens = none | {"input_tokens": 1000, "output_tokens": 100}
            assert actual == pytest.approx([expected(provider.id, model.id, one, tokens, None) for one in times_s])
            reductions += actual[0] != actual[1]
    assert reductions > 10


def test_cached_tokens_are_not_priced_twice():
    plain, cached = costs(
        Segment("openai", "gpt-4o"), input_tokens=1000, output_tokens=0, cached_input_tokens=[0, 1000]
    )
    assert 0 < cached < plain


@pytest.mark.parametrize(
    "segment",
    [Segment("openai", "no-such-model"), Segment("no-such-provider", "gpt-4o"), Segment("vllm", "gpt-4o")],
)
def test_an_unknown_price_is_unknown(segment):
    assert costs(segment, input_tokens=[10, 20], output_tokens=5) is None


def test_unknown_tokens_have_an_unknown_cost():
    table, segment = PriceTable(), Segment("openai", "gpt-4o")
    first, second, third = costs(segment, table, input_tokens=[10, np.nan, 10], output_tokens=[5, 5, np.nan])
    assert first > 0
    assert np.isnan([second, third]).all()
    assert costs(segment, table, duration_s=1.0) is None


def test_counts_that_contradict_each_other_have_no_cost():
    found = costs(Segment("openai", "gpt-4o"), input_tokens=[100, 10], output_tokens=5, cached_input_tokens=50)
    assert np.isnan(found).tolist() == [False, True]


def test_the_model_that_answered_is_priced_before_the_one_asked_for():
    found = costs(
        Segment("openai", "my-alias"),
        texts={"response_model": ["gpt-4o", None, "gpt-4o-mini", "unlisted"]},
        input_tokens=[1000] * 4,
        output_tokens=10,
    )
    large, small = (
        costs(Segment("openai", name), input_tokens=1000, output_tokens=10) for name in ("gpt-4o", "gpt-4o-mini")
    )
    np.testing.assert_array_equal(found, [*large, np.nan, *small, np.nan])


def test_names_of_the_telemetry_conventions_are_understood():
    plain = costs(Segment("azure", "gpt-4o"), input_tokens=1000, output_tokens=10)
    assert plain is not None
    assert plain == costs(Segment("azure.ai.openai", "azure.ai.openai/gpt-4o"), input_tokens=1000, output_tokens=10)


OVERRIDES = b"""
prices:
  - {provider: openai, model: gpt-4o, input_usd_per_mtok: 1, output_usd_per_mtok: 2, cached_input_usd_per_mtok: 0.5}
  - {provider: openai, model: gpt-4o, valid_from: 2026-07-02, input_usd_per_mtok: 10, output_usd_per_mtok: 20}
  - {provider: own, model: m, input_usd_per_mtok: 0, output_usd_per_mtok: 0, request_usd: 0.25}
"""


def test_overrides_come_first_and_have_their_days():
    table = PriceTable(read_price_overrides(OVERRIDES, "prices.yaml"))
    times_s = [JULY_S, JULY_S + 86_399, JULY_S + 86_400]
    segment = Segment("openai", "gpt-4o")
    found = costs(segment, table, times_s, input_tokens=1_000_000, output_tokens=1_000_000, cached_input_tokens=400_000)
    assert found == pytest.approx([2.8, 2.8, 30.0])
    assert costs(Segment("own", "m"), table, input_tokens=5, output_tokens=5) == [0.25]
    assert costs(Segment("openai", "gpt-4o-mini"), table, input_tokens=5, output_tokens=5) is not None


def test_the_version_names_package_and_overrides_and_stands_where_a_cost_is():
    overrides = read_price_overrides(OVERRIDES, "prices.yaml")
    assert PriceTable().version == VERSION
    assert PriceTable(overrides).version.startswith(f"{VERSION} + overrides ")
    assert PriceTable(overrides).version != PriceTable(overrides[1:]).version

    numbers = {name: np.array([1.0, np.nan]) for name in ("input_tokens", "output_tokens")} | {
        "time_s": np.full(2, JULY_S)
    }
    _, version = PriceTable().list_costs(Segment("openai", "gpt-4o"), numbers, {})
    assert version.values == [VERSION]
    assert np.frombuffer(version.codes, "<i4").tolist() == [0, -1]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"prices: {}",
        b"prices: [{provider: a}]",
        b"{broken",
        b"prices: [{provider: a, model: b, input_usd_per_mtok: -1, output_usd_per_mtok: 2}]",
        b"prices: [{provider: a, model: b, input_usd_per_mtok: 1, output_usd_per_mtok: 2, output: 3}]",
        b"\xff\xfe",
    ],
)
def test_a_wrong_price_file_stops_with_its_name(data):
    with pytest.raises(Fatal, match=r"^prices\.yaml: not a price file"):
        read_price_overrides(data, "prices.yaml")
