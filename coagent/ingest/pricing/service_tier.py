"""Service tiers as providers write them, in the terms of the price table."""

from collections.abc import Mapping

BATCH = "batch"
PREPAID = "prepaid"

STANDARD = frozenset(
    {"", "default", "standard", "standard_only", "auto", "on_demand", "ondemand", "none", "unspecified"}
)
_PREPAID = frozenset({"scale", "provisioned", "provisioned_throughput", "reserved", "ptu", "dedicated"})
"""Capacity that is paid by the hour or month: its tokens have no price of their own."""

KNOWN = frozenset({BATCH, "flex", "priority", "fast"})


def tier_of(written: str | None) -> str | None:
    """None for the standard tier, else one of `KNOWN`, `PREPAID`, or the lower-case text.

    >>> tier_of("ON_DEMAND_FLEX"), tier_of("standard"), tier_of("PROVISIONED_THROUGHPUT")
    ('flex', None, 'prepaid')
    """
    name = (written or "").strip().lower().replace("-", "_").replace(" ", "_")
    name = name.removeprefix("service_tier_").removeprefix("traffic_type_")
    if name in STANDARD:
        return None
    name = name.removeprefix("on_demand_")
    return PREPAID if name in _PREPAID else name


def context(tier: str | None) -> Mapping[str, str]:
    """What a price variant of genai-prices is chosen by."""
    if tier is None:
        return {}
    if tier == BATCH:
        return {"processing": BATCH}
    return {"service_tier": tier} | ({"speed": tier} if tier == "fast" else {})
