import genai_prices
import numpy as np
import pytest

from coagent.domain.errors import Fatal
from coagent.domain.segment import Segment
from coagent.ingest.pricing.own_rates import CHECKED
from coagent.ingest.pricing.price_overrides import read_price_overrides
from coagent.ingest.pricing.price_table import PriceTable

from .priced import JULY_S, costs, listed, texts_of

VERSION = f"genai-prices {genai_prices.__version__} + own rates {CHECKED}"


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

    tokens = [1.0, np.nan]
    _, version = listed(Segment("openai", "gpt-4o"), input_tokens=tokens, output_tokens=tokens)
    assert version.values == [VERSION]
    assert texts_of(version) == [VERSION, None]


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
