"""What a provider's batch tier costs beside its standard tier, from genai-prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

import genai_prices

from coagent.domain.provider_names import priced_provider
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment

NEWEST = datetime.max.replace(tzinfo=UTC)
"""Both prices are the table's newest: advice is about requests to come."""

BATCH = {"processing": "batch"}


@dataclass(frozen=True, slots=True)
class BatchDiscount:
    """`share` of the standard price that batch saves on the segment's average request."""

    share: Decimal
    standard_usd: Decimal
    batch_usd: Decimal
    price_version: str


def batch_discount(segment: Segment, rollups: Sequence[Rollup]) -> BatchDiscount | None:
    """None where the table knows no such model, no batch price for it, or the tokens are unknown."""
    usage, provider = _average_usage(rollups), priced_provider(segment.provider)
    if usage is None or provider is None:
        return None
    try:
        standard, batch = (_price(provider, segment.request_model, usage, context) for context in (None, BATCH))
    except LookupError:
        return None
    if batch >= standard:
        return None
    return BatchDiscount(1 - batch / standard, standard, batch, f"genai-prices {genai_prices.__version__}")


def _average_usage(rollups: Sequence[Rollup]) -> genai_prices.Usage | None:
    requests = sum(rollup.requests for rollup in rollups)
    sent, answered, cached = (
        sum(getattr(rollup, name) or 0 for rollup in rollups) // requests
        for name in ("input_tokens", "output_tokens", "cached_input_tokens")
    )
    if not sent + answered:
        return None
    return genai_prices.Usage(input_tokens=sent, output_tokens=answered, cache_read_tokens=min(cached, sent))


def _price(provider: str, model: str, usage: genai_prices.Usage, context: dict[str, str] | None) -> Decimal:
    answer = genai_prices.calc_price(
        usage,
        model,
        provider_id=provider,
        genai_request_timestamp=NEWEST,
        price_context=context,
    )
    return Decimal(answer.total_price)
