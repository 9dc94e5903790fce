"""The public price table (genai-prices): a model's rates at a time and service tier."""

from datetime import UTC, datetime
from typing import Any

import genai_prices
import numpy as np
from genai_prices.data_snapshot import DataSnapshot
from genai_prices.types import TieredPrices, TimeOfDateConstraint

from coagent.ingest.pricing.rates import Rate, Rates

DAY_S = 86_400
MINUTE_S = 60
_MAX_RATES = 4096

_PROVIDERS = {
    "azure.ai.openai": "azure",
    "azure.ai.inference": "azure",
    "azure_ai": "azure",
    "fireworks_ai": "fireworks",
    "x_ai": "x-ai",
}
"""Names of the OpenTelemetry conventions and of LiteLLM that genai-prices does not know, or takes for another's."""


class ListedModel:
    """The prices of one model over time. They change at most every `slot_s` seconds."""

    def __init__(self, model: Any, with_variants: bool) -> None:
        self._model = model
        self._with_variants = with_variants
        self._tiers = {
            tier
            for variant in model.price_variants or ()
            if (tier := variant.when.get("service_tier")) and with_variants
        }
        self._rates: dict[tuple[int, str | None], Rates | None] = {}
        self.slot_s = MINUTE_S if _changes_within_a_day(model) else DAY_S

    def rates(self, slot: int, service_tier: str | None) -> Rates | None:
        """The rates in the `slot`-th slot since the epoch; None where the model has no price for tokens."""
        key = (slot, service_tier if service_tier in self._tiers else None)
        if key not in self._rates:
            if len(self._rates) >= _MAX_RATES:
                self._rates.clear()
            self._rates[key] = self._look_up(*key)
        return self._rates[key]

    def _look_up(self, slot: int, service_tier: str | None) -> Rates | None:
        time = datetime.fromtimestamp(slot * self.slot_s, UTC)
        return _rates(self._model.get_prices(time, {"service_tier": service_tier} if service_tier else None))


def find_model(snapshot: DataSnapshot, provider: str, model: str) -> ListedModel | None:
    """None where the table does not list the provider or the model."""
    for name in dict.fromkeys((model, model.removeprefix(f"{provider}/"))):
        try:
            listed_by, listed = snapshot.find_provider_model(name, None, _PROVIDERS.get(provider, provider), None)
        except LookupError:
            continue
        return ListedModel(listed, with_variants=any(listed is own for own in listed_by.models))
    return None


def version() -> str:
    return f"genai-prices {genai_prices.__version__}"


def _changes_within_a_day(model: Any) -> bool:
    dated = [*(model.prices if isinstance(model.prices, list) else []), *(model.price_variants or [])]
    return any(isinstance(price.constraint, TimeOfDateConstraint) for price in dated)


def _rates(prices: Any) -> Rates | None:
    found = Rates(
        input=_rate(prices.input_mtok),
        output=_rate(prices.output_mtok),
        cache_read=_rate(prices.cache_read_mtok),
        cache_write=_rate(prices.cache_write_mtok),
        reasoning=_rate(prices.output_reasoning_mtok),
        request=float(prices.requests_kcount or 0) / 1000,
    )
    return found if found.input or found.output else None


def _rate(price: Any) -> Rate | None:
    if price is None:
        return None
    if isinstance(price, TieredPrices):
        tiers = price.tiers
        prices = [float(price.base), *(float(tier.price) for tier in tiers)]
        return Rate(np.array(prices), np.array([float(tier.start) for tier in tiers]))
    return Rate(np.array([float(price)]), np.empty(0))
