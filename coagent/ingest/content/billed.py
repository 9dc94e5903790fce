"""The cost that a provider states in its answer, in US dollars."""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.loose_json.numbers import number_of, scaled
from coagent.ingest.loose_json.objects import first, mapping

BILLED = frozenset({"cost", "cost_details", "total_cost", "estimated_cost", "cost_in_usd_ticks", "context_details"})
"""Keys of a `usage` that speak of the cost, or repeat counts for it."""

_TICKS_PER_USD = 10_000_000_000


def billed_usd(usage: Mapping[str, Any]) -> Any:
    """As billed, or None. With the caller's own key OpenRouter bills its fee and the provider the rest.

    >>> billed_usd({"cost": {"input_tokens_cost": 0.001, "total_cost": 0.006}})
    0.006
    >>> billed_usd({"cost": 0.01, "is_byok": True, "cost_details": {"upstream_inference_cost": 0.2}})
    0.21000000000000002
    """
    cost = first(usage, "cost", "total_cost", "estimated_cost")
    if isinstance(cost, dict):
        return cost.get("total_cost")
    if usage.get("is_byok") is True and cost is not None:
        return with_upstream(cost, mapping(usage.get("cost_details")).get("upstream_inference_cost"))
    return scaled(usage.get("cost_in_usd_ticks"), _TICKS_PER_USD) if cost is None else cost


def with_upstream(fee: Any, upstream: Any) -> float | None:
    """Both parts of a bill; None where one is unknown."""
    own, rest = number_of(fee), number_of(upstream)
    return None if own is None or rest is None else own + rest
