"""What a price variant is chosen by."""

from collections.abc import Mapping

from coagent.domain.service_tier import BATCH


def context(tier: str | None) -> Mapping[str, str]:
    """What a price variant of genai-prices is chosen by."""
    if tier is None:
        return {}
    if tier == BATCH:
        return {"processing": BATCH}
    return {"service_tier": tier} | ({"speed": tier} if tier == "fast" else {})
