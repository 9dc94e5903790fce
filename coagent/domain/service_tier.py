"""Service tiers as providers write them, in the terms of the price table."""

BATCH = "batch"
PREPAID = "prepaid"
STANDARD = "standard"
OTHER_TIER = "(other)"

_STANDARD = frozenset({
    "", "default", "standard", "standard_only", "auto", "on_demand", "ondemand", "none", "unspecified",
    "globalstandard", "datazonestandard",
})  # fmt: skip
_PREPAID = frozenset({
    "scale", "provisioned", "provisioned_throughput", "reserved", "ptu", "dedicated", "provisionedmanaged",
    "globalprovisionedmanaged", "datazoneprovisionedmanaged",
})  # fmt: skip
"""Capacity that is paid by the hour or month: its tokens have no price of their own."""

_BATCH = frozenset({BATCH, "globalbatch", "datazonebatch"})
KNOWN = frozenset({BATCH, "flex", "priority", "fast"})
COUNTED = (STANDARD, *sorted(KNOWN), PREPAID, OTHER_TIER)
"""What requests are counted by; one that names none is NULL."""


def tier_of(written: str | None) -> str | None:
    """None for the standard tier, else one of `KNOWN`, `PREPAID`, or the lower-case text.

    >>> tier_of("ON_DEMAND_FLEX"), tier_of("standard"), tier_of("PROVISIONED_THROUGHPUT")
    ('flex', None, 'prepaid')
    >>> tier_of("GlobalStandard"), tier_of("DataZoneBatch")
    (None, 'batch')
    """
    name = (written or "").strip().lower().replace("-", "_").replace(" ", "_")
    name = name.removeprefix("service_tier_").removeprefix("traffic_type_")
    if name in _STANDARD:
        return None
    name = name.removeprefix("on_demand_")
    if name in _BATCH:
        return BATCH
    return PREPAID if name in _PREPAID else name


def counted_tier(written: str) -> str:
    """One of `COUNTED`, so that no text of a provider makes ever more of them.

    >>> counted_tier("default"), counted_tier("SERVICE_TIER_PRIORITY"), counted_tier("gold")
    ('standard', 'priority', '(other)')
    """
    tier = tier_of(written) or STANDARD
    return tier if tier in COUNTED else OTHER_TIER
