"""Unit prices from genai-prices, of requests to come: the table's newest."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

import genai_prices

from coagent.domain.provider_names import priced_provider

NEWEST = datetime.max.replace(tzinfo=UTC)
TOKENS = 1_000
"""Priced at once: below every long-context tier, and enough that no digit is lost."""
BATCH = "batch"
PRIORITY = "priority"
CONTEXTS = {BATCH: {"processing": BATCH}, PRIORITY: {"service_tier": PRIORITY}}


class UnitPrices(NamedTuple):
    """US dollars a token."""

    input: float
    output: float
    cached: float
    """Input that the provider's prompt cache serves."""

    def cost(self, sent: float, answered: float, cached: float = 0.0) -> float:
        """US dollars for so many tokens in, out, and of those in so many cached."""
        return self.input * (sent - cached) + self.cached * cached + self.output * answered


def price_version() -> str:
    return f"genai-prices {genai_prices.__version__}"


@lru_cache(maxsize=4096)
def unit_prices(provider: str, model: str, tier: str | None = None) -> UnitPrices | None:
    """None where the table does not know the model, or not its price in that tier."""
    priced = priced_provider(provider)
    if priced is None:
        return None
    try:
        return UnitPrices(*(_price(priced, model, usage, tier) for usage in _usages()))
    except (LookupError, ValueError):
        return None


def long_context_price(provider: str, model: str, tokens: int) -> float | None:
    """US dollars a token in, of a request with so many; None where unknown."""
    priced = priced_provider(provider)
    try:
        usage = genai_prices.Usage(input_tokens=tokens)
        return None if priced is None else _price(priced, model, usage, None) * TOKENS / tokens
    except (LookupError, ValueError):
        return None


def _usages() -> tuple[genai_prices.Usage, genai_prices.Usage, genai_prices.Usage]:
    return (
        genai_prices.Usage(input_tokens=TOKENS),
        genai_prices.Usage(output_tokens=TOKENS),
        genai_prices.Usage(input_tokens=TOKENS, cache_read_tokens=TOKENS),
    )


def _price(provider: str, model: str, usage: genai_prices.Usage, tier: str | None) -> float:
    answer = genai_prices.calc_price(
        usage,
        model,
        provider_id=provider,
        genai_request_timestamp=NEWEST,
        price_context=CONTEXTS[tier] if tier else None,
    )
    return float(answer.total_price) / TOKENS
