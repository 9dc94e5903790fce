"""The public price table (genai-prices): a model's rates at a time and service tier."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import genai_prices
import numpy as np
from genai_prices.data_snapshot import DataSnapshot
from genai_prices.types import TieredPrices, TimeOfDateConstraint

from coagent.domain.service_tier import BATCH, KNOWN, PREPAID
from coagent.ingest.pricing import own_rates
from coagent.ingest.pricing.listed_names import candidates, is_fine_tuned, priced_as
from coagent.ingest.pricing.rates import CACHED_AUDIO, Rate, Rates
from coagent.ingest.pricing.service_tier import context

DAY_S = 86_400
MINUTE_S = 60
_MAX_RATES = 4096

_COLUMNS = {
    "input_mtok": "input_tokens",
    "output_mtok": "output_tokens",
    "cache_read_mtok": "cached_input_tokens",
    "cache_write_mtok": "cache_write_tokens",
    "cache_write_1h_mtok": "cache_write_1h_tokens",
    "output_reasoning_mtok": "reasoning_tokens",
    "input_audio_mtok": "input_audio_tokens",
    "output_audio_mtok": "output_audio_tokens",
    "cache_audio_read_mtok": CACHED_AUDIO,
    "input_mchars": "input_chars",
}
"""Prices of genai-prices to the columns that count what they are for; all are US dollars a million."""

_UNCOUNTED_OUTPUT = ("output_image_mtok", "output_video_mtok")
"""Output that costs many times what text does, and that no column counts apart from text."""

_FREE = ":free"
STANDARD_RATE = "standard rate: none listed for"
"""Begins the note on rates that are not those of the tier."""


class ListedModel:
    """The prices of one model over time. They change at most every `slot_s` seconds."""

    def __init__(self, provider: str, model: Any, with_variants: bool) -> None:
        self._provider = provider
        self._model = model
        self._variants = model.price_variants or () if with_variants else ()
        self._rates: dict[tuple[int, str | None], Rates | None] = {}
        self.slot_s = MINUTE_S if _changes_within_a_day(model) else DAY_S

    def rates(self, slot: int, service_tier: str | None) -> Rates | None:
        """The rates in the `slot`-th slot since the epoch for a tier of `service_tier.tier_of`; None where the price
        is unknown: of the model, of a batch line, of prepaid capacity.
        """
        key = (slot, service_tier if service_tier in KNOWN | {None, PREPAID} else "")
        if key not in self._rates:
            if len(self._rates) >= _MAX_RATES:
                self._rates.clear()
            self._rates[key] = self._look_up(datetime.fromtimestamp(slot * self.slot_s, UTC), key[1])
        return self._rates[key]

    def _look_up(self, time: datetime, tier: str | None) -> Rates | None:
        if tier == PREPAID:
            return None
        wanted = context(tier)
        prices = self._model.get_prices(time, wanted if self._variants else None).__dict__
        if tier is None or self._is_listed(time, wanted):
            return self._made(prices)
        if tier == BATCH:
            return self._batch(time)
        return self._made(prices, f"{STANDARD_RATE} {tier or 'this service tier'}")

    def _is_listed(self, time: datetime, wanted: Mapping[str, str]) -> bool:
        return any(
            all(wanted.get(key) == value for key, value in variant.when.items())
            for variant in self._variants
            if variant.constraint is None or variant.constraint.active(time)
        )

    def _batch(self, time: datetime) -> Rates | None:
        """At the documented discount; a later listing that fits it says which tokens it is for."""
        discount = own_rates.batch_discount(self._provider, self._model.id, time.date())
        if discount is None:
            return None
        standard = self._model.get_prices(time)
        found = own_rates.discounted(standard, discount)
        later: dict[str, Any] = next((one.prices.__dict__ for one in self._variants if one.when == context(BATCH)), {})
        if later.get("input_mtok") == found.get("input_mtok") and later.get("output_mtok") == found.get("output_mtok"):
            found = standard.__dict__ | later
        return self._made(found, f"batch at {discount.share:.0%} of the standard rate, by coagent's own rates")

    def _made(self, prices: Mapping[str, Any], note: str = "") -> Rates | None:
        known = {name: price for name, price in prices.items() if price is not None}
        if not known and self._model.id.endswith(_FREE):
            return Rates.of({"input_tokens": Rate.flat(0), "output_tokens": Rate.flat(0)})
        if any(name in known for name in _UNCOUNTED_OUTPUT):
            return None
        rates = {column: _rate(known[name]) for name, column in _COLUMNS.items() if name in known}
        if self._has_long_cache_write(rates):
            rates["cache_write_1h_tokens"] = rates["input_tokens"].times(own_rates.LONG_CACHE_WRITE_TIMES_INPUT)
        return Rates.of(rates, float(known.get("requests_kcount", 0)) / 1000, note) if rates else None

    def _has_long_cache_write(self, rates: Mapping[str, Rate]) -> bool:
        """Whether the own table has to say what one-hour cache writes cost."""
        listed = "cache_write_1h_tokens" in rates or "cache_write_tokens" not in rates
        of_claude = own_rates.LONG_CACHE_WRITE_MODEL in self._model.id
        return not listed and of_claude and self._provider in own_rates.LONG_CACHE_WRITE_PROVIDERS


def find_model(snapshot: DataSnapshot, provider: str, model: str) -> ListedModel | None:
    """None where the table does not list the provider or the model. Names in any spelling of `provider_names`."""
    own_name = provider.strip().lower()
    listed = any(one.id == own_name for one in snapshot.providers)
    owner, name = (own_name, model) if listed else priced_as(provider, model) or (own_name, model)
    found = (_find(snapshot, owner, candidate, model) for candidate in candidates(owner, name))
    return next((one for one in found if one), None)


def version() -> str:
    return f"genai-prices {genai_prices.__version__} + own rates {own_rates.CHECKED}"


def _find(snapshot: DataSnapshot, provider: str, name: str, written: str) -> ListedModel | None:
    """By the table's own name of the provider alone: its looser matches take `openai_like` for `openai`."""
    owner = next((one for one in snapshot.providers if one.id == provider), None)
    listed = owner.find_model(name, all_providers=snapshot.providers) if owner else None
    if owner is None or listed is None or is_fine_tuned(written) != is_fine_tuned(listed.id):
        return None
    return ListedModel(owner.id, listed, with_variants=any(listed is own for own in owner.models))


def _changes_within_a_day(model: Any) -> bool:
    dated = [*(model.prices if isinstance(model.prices, list) else []), *(model.price_variants or [])]
    return any(isinstance(price.constraint, TimeOfDateConstraint) for price in dated)


def _rate(price: Any) -> Rate:
    if isinstance(price, TieredPrices):
        tiers = price.tiers
        prices = [float(price.base), *(float(tier.price) for tier in tiers)]
        return Rate(np.array(prices), np.array([float(tier.start) for tier in tiers]))
    return Rate.flat(float(price))
