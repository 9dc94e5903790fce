"""What is held back while an error budget burns: whatever could worsen it."""

from collections.abc import Iterable, Iterator

from coagent.domain.decision import Hold, KnownOpportunity, accounts_of
from coagent.domain.slo import Burn, Indicator

EVERYTHING: frozenset[Indicator] = frozenset({"success_rate", "latency", "time_to_first_token", "cost", "quality"})
QUALITY = EVERYTHING - {"cost"}
"""Another model, endpoint or setting may fail more or answer later; it was found because it is cheaper."""
LATENCY: frozenset[Indicator] = frozenset({"latency", "time_to_first_token"})
NOTHING: frozenset[Indicator] = frozenset()

MAY_WORSEN: dict[str, frozenset[Indicator]] = {
    "batch_tier": LATENCY,
    "priority_tier": LATENCY,
    "fallback_missing": frozenset({"cost"}),
    "rate_limits": NOTHING,
    "price_change": NOTHING,
    "prompt_cache": NOTHING,
    "prompt_cache_collapse": NOTHING,
    "repeated_prompts": frozenset({"quality"}),
    "retirement": EVERYTHING,
    "retry_waste": frozenset({"success_rate"}),
    "truncated_answers": LATENCY | {"cost"},
}
"""By kind of opportunity; a kind that is not listed may worsen all but cost."""


def holds(burns: Iterable[Burn], known: Iterable[KnownOpportunity]) -> list[Hold]:
    """One for each opportunity that is held, by the burn that began first. What was approved before it began stays in
    effect: taking a change back by itself could do more harm.
    """
    in_order = sorted(burns, key=lambda one: (one.began_at, one.id))
    return [hold for one in known for hold in _first(_holds_of(one, in_order))]


def _holds_of(known: KnownOpportunity, burns: list[Burn]) -> Iterator[Hold]:
    for burn in burns:
        if _may_worsen(known, burn) and not _was_approved_before(known, burn):
            yield Hold(
                opportunity_id=known.opportunity.id,
                slo=burn.slo.name,
                burn_id=burn.id,
                since=burn.began_at,
                reason=f"the error budget of SLO {burn.slo.name} burns and this change could worsen it",
            )


def _first(found: Iterator[Hold]) -> list[Hold]:
    return [one for one in [next(found, None)] if one is not None]


def _may_worsen(known: KnownOpportunity, burn: Burn) -> bool:
    worsened = MAY_WORSEN.get(known.opportunity.kind, QUALITY)
    return burn.slo.indicator in worsened and any(burn.slo.match.fits(one) for one in accounts_of(known.opportunity))


def _was_approved_before(known: KnownOpportunity, burn: Burn) -> bool:
    decided = known.decided
    return decided is not None and decided.kind == "approve" and decided.at < burn.began_at
