"""What providers document of their prices and genai-prices does not list (yet): a small table with dates and sources.

Where genai-prices lists a price for a request, that one counts.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from genai_prices.types import ModelPrice, TieredPrices

CHECKED = "2026-11-29"
"""When the sources below were last read; part of the price version."""


@dataclass(frozen=True, slots=True)
class BatchDiscount:
    """From `since` (UTC) on a batch line of `provider` costs `share` of the standard price.

    `models`: parts of the names that it is documented for, all where empty. `cached`: whether cached tokens are
    discounted too, else they keep their standard price.
    """

    provider: str
    since: date
    cached: bool
    source: str
    models: tuple[str, ...] = ()
    share: Decimal = Decimal("0.5")

    def covers(self, provider: str, model: str, day: date) -> bool:
        fits = not self.models or any(part in model for part in self.models)
        return provider == self.provider and day >= self.since and fits


BATCH_DISCOUNTS = (
    BatchDiscount(
        "openai", date(2024, 4, 15), cached=True, source="https://platform.openai.com/docs/guides/batch (50% off)"
    ),
    BatchDiscount(
        "azure",
        date(2024, 8, 1),
        cached=True,
        models=("gpt-", "o1", "o3", "o4"),
        source="https://learn.microsoft.com/azure/ai-services/openai/how-to/batch (50% less than global standard)",
    ),
    BatchDiscount(
        "anthropic",
        date(2024, 10, 8),
        cached=True,
        source="https://platform.claude.com/docs/en/build-with-claude/batch-processing (50% of standard, with caching)",
    ),
    BatchDiscount(
        "google",
        date(2025, 7, 7),
        cached=False,
        models=("gemini-",),
        source="https://ai.google.dev/gemini-api/docs/batch-api (50% of standard; not on top of the cache discount: "
        "https://cloud.google.com/vertex-ai/generative-ai/docs/multimodal/batch-prediction-gemini)",
    ),
    BatchDiscount(
        "aws",
        date(2024, 8, 22),
        cached=True,
        models=("anthropic.claude", "amazon.nova", "meta.llama", "mistral.mistral"),
        source="https://aws.amazon.com/bedrock/pricing/ (batch: 50% lower than on-demand for select models)",
    ),
    BatchDiscount(
        "mistral", date(2024, 11, 7), cached=True, source="https://docs.mistral.ai/capabilities/batch/ (50% off)"
    ),
)

LONG_CACHE_WRITE_TIMES_INPUT = 2
LONG_CACHE_WRITE_MODEL = "claude"
LONG_CACHE_WRITE_PROVIDERS = frozenset({"anthropic", "aws", "google", "azure", "openrouter"})
"""Writing to Claude's one-hour cache costs twice the input price, with whoever documents Anthropic's multipliers:
https://platform.claude.com/docs/en/build-with-claude/prompt-caching, https://aws.amazon.com/bedrock/pricing/,
https://cloud.google.com/vertex-ai/generative-ai/pricing, https://openrouter.ai/docs/features/prompt-caching.
"""

_CACHED = ("cache_",)


def batch_discount(provider: str, model: str, day: date) -> BatchDiscount | None:
    """None where no discount is documented: what a batch line costs is then unknown."""
    return next((one for one in BATCH_DISCOUNTS if one.covers(provider, model, day)), None)


def discounted(prices: ModelPrice, discount: BatchDiscount) -> dict[str, Any]:
    """Prices of tokens by their names in genai-prices, at the discount; requests and tools keep theirs."""
    return {
        name: _times(price, discount.share) if _is_discounted(name, discount) else price
        for name, price in prices.__dict__.items()
        if price is not None
    }


def _is_discounted(name: str, discount: BatchDiscount) -> bool:
    return name.endswith("_mtok") and (discount.cached or not name.startswith(_CACHED))


def _times(price: Any, factor: Decimal) -> Any:
    """Of a price or of its steps."""
    if isinstance(price, TieredPrices):
        return TieredPrices(
            base=_times(price.base, factor),
            tiers=[type(tier)(start=tier.start, price=_times(tier.price, factor)) for tier in price.tiers],
        )
    return price * factor
