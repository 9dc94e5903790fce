"""The operator's prices come first, and a token costs the gate what it costs a request."""

from datetime import UTC, datetime, time
from pathlib import Path

import numpy as np
import pytest

from coagent.bootstrap.gate import catalogue
from coagent.domain.errors import Fatal
from coagent.domain.gate import Change, Effect, Estimate
from coagent.domain.segment import Segment
from coagent.gate.catalogue import Catalogue
from coagent.gate.effect.effects import effects_of
from coagent.ingest.pricing.price_overrides import PriceOverride
from coagent.ingest.pricing.price_table import PriceTable
from coagent.ingest.pricing.unit_prices import UnitPrices
from coagent.settings import Settings
from tests.unit.gate.company import CATALOGUE, COMPANY, TODAY

NOW = datetime.combine(TODAY, time(12, tzinfo=UTC))
OWN = """prices:
  - {provider: openai, model: gpt-4o, input_usd_per_mtok: 2.0, output_usd_per_mtok: 8.0}
  - {provider: openai, model: gpt-5.1, service_tier: batch, input_usd_per_mtok: 0.1, output_usd_per_mtok: 1.0}
  - {provider: openai, model: gpt-5.1, input_usd_per_mtok: 1.0, output_usd_per_mtok: 10.0}
  - {provider: vllm, model: llama-3.3-70b-instruct, input_usd_per_mtok: 0.5, output_usd_per_mtok: 1.0,
     request_usd: 0.0001}
  - {provider: azure.ai.openai, model: eu-chat, input_usd_per_mtok: 3.0, output_usd_per_mtok: 9.0}
"""


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Catalogue:
    path = tmp_path / "prices.yaml"
    path.write_text(OWN)
    monkeypatch.setenv("COAGENT_INGEST__PRICES_FILE", str(path))
    return catalogue(Settings(), TODAY)


def model_change(before: str, after: str) -> Change:
    return Change(kind="model_swapped", name="model", before=before, after=after, file="a.py", line=1)


def cost(change: Change, prices: Catalogue) -> Effect:
    [found] = effects_of([change], COMPANY, prices)
    return next(one for one in found.effects if one.metric == "cost")


def test_a_model_of_our_own_is_priced_at_our_lengths(own: Catalogue) -> None:
    change = model_change("gpt-4o", "vllm/llama-3.3-70b-instruct")
    assert cost(change, CATALOGUE).change is None
    found = cost(change, own)
    requests, sent, answered = 15_000 * 3, 2000, (300 * 10_000 + 400 * 5_000) / 15_000
    each = (sent * 0.5 + answered * 1.0) / 1e6 + 0.0001
    assert found.after == Estimate(value=pytest.approx(requests * each, rel=0.01))
    assert "your own price at our lengths" in found.rests_on


def test_the_prices_are_shown_with_whose_they_are(own: Catalogue) -> None:
    [found] = effects_of([model_change("gpt-4o", "gpt-4o-mini")], COMPANY, own)
    [shown] = [text for text in found.remarks if text.startswith("Price")]
    assert "gpt-4o $2.00 and $8.00 (your own)" in shown
    assert "gpt-4o-mini $0.15 and $0.60 (list)" in shown
    assert "overrides" in shown


def test_a_tier_of_our_own_counts(own: Catalogue) -> None:
    change = Change(
        kind="parameter_changed",
        name="service_tier",
        before="batch",
        after="default",
        file="a.py",
        line=1,
        model="gpt-5.1",
    )
    [found] = effects_of([change], COMPANY, own)
    month = 3 * 50_000 * (1000 * 0.9 + 200 * 9.0) / 1e6
    assert found.effects[0].change
    assert found.effects[0].change.value == pytest.approx(month, rel=0.02)


@pytest.mark.parametrize(
    ("before", "after", "times"),
    [
        ("GlobalStandard", "GlobalBatch", -0.5),
        ("DataZoneStandard", "DataZoneBatch", -0.5),
        ("Batch", "Standard", 0.5),
        ("Standard", "GlobalStandard", 0.0),
    ],
)
def test_how_azure_deploys_a_model_is_a_tier_with_a_price(before: str, after: str, times: float) -> None:
    change = Change(
        kind="parameter_changed",
        name="service_tier",
        before=before,
        after=after,
        file="main.tf",
        line=1,
        model="azure/gpt-4o",
    )
    found = cost(change, CATALOGUE)
    assert found.change, found.why_unknown
    month = 3 * 4_000 * (2000 * 2.5 + 300 * 10.0) / 1e6
    assert found.change.value == pytest.approx(times * month, rel=0.02)


@pytest.mark.parametrize(
    ("provider", "model", "known"),
    [
        ("azure", "eu-chat", True),  # as a configuration writes the provider
        (None, "llama-3.3-70b-instruct", True),  # one provider alone has it
        (None, "gpt-4o-mini", False),  # nobody's own, and no provider to ask for
        ("openai", "eu-chat", False),
    ],
)
def test_a_provider_in_another_spelling_is_the_same(own: Catalogue, provider, model, known) -> None:
    assert (own.prices(provider, model) is not None) is known


def test_a_tier_without_a_price_has_none() -> None:
    prices = UnitPrices([], NOW)
    assert prices("anthropic", "claude-haiku-4-5", "flex") is None
    assert prices("anthropic", "claude-haiku-4-5", "batch") is not None


@pytest.mark.parametrize("model", [("openai", "gpt-4o"), ("anthropic", "claude-sonnet-4-5"), ("openai", "own")])
def test_a_request_costs_what_its_tokens_do(model: tuple[str, str]) -> None:
    overrides = [
        PriceOverride(
            provider="openai", model="own", input_usd_per_mtok=1, output_usd_per_mtok=2, cached_input_usd_per_mtok=0.25
        )
    ]
    price = UnitPrices(overrides, NOW)(*model)
    assert price
    sent, answered, cached = np.array([900.0, 50.0]), np.array([10.0, 700.0]), np.array([512.0, 0.0])
    numbers = {"input_tokens": sent, "output_tokens": answered, "cached_input_tokens": cached}
    listed = PriceTable(overrides).list_costs(Segment(*model), {**numbers, "time_s": np.full(2, NOW.timestamp())}, {})
    assert listed
    expected = (sent - cached) * price.input + cached * price.cached + answered * price.output + price.request
    assert np.allclose(listed[0], expected, rtol=1e-9)


def test_a_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COAGENT_INGEST__PRICES_FILE", "missing.yaml")
    with pytest.raises(Fatal, match="COAGENT_INGEST__PRICES_FILE"):
        catalogue(Settings(), TODAY)
