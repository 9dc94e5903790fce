"""What a changed parameter costs, where traffic bears it; else it is unknown, and why."""

from coagent.domain.gate import Change, Effect, Estimate, Snapshot
from coagent.domain.service_tier import STANDARD, counted_tier, tier_of
from coagent.domain.unit_price import UnitPrice
from coagent.gate.catalogue import Catalogue
from coagent.gate.effect.cost import DAYS_PER_MONTH, monthly
from coagent.gate.effect.intervals import score
from coagent.gate.effect.measured import Measured
from coagent.gate.model_name import model_name


def number(text: str | None) -> float | None:
    """None where it is no number."""
    try:
        return None if text is None else float(text)
    except ValueError:
        return None


def parameter_cost(change: Change, ours: Measured, snapshot: Snapshot, catalogue: Catalogue) -> Effect:
    """Of one parameter of the calls of a model."""
    by_name = {"max_tokens": _max_tokens, "n": _answers, "service_tier": _tier}
    found = by_name.get(change.name)
    if found is None:
        return _unknown(f"traffic is not measured by {change.name}")
    return found(change, ours, snapshot, catalogue)


def _max_tokens(change: Change, ours: Measured, snapshot: Snapshot, catalogue: Catalogue) -> Effect:
    """Only answers that were cut off at the old limit can become longer, each by the difference at most."""
    old, new = number(change.before), number(change.after)
    price = unit_price(catalogue, ours)
    known = float(ours.total("finishes_known").sum())
    if price is None or not known:
        return _unknown("its price is not known" if price is None else "no finish reason of its requests is known")
    if old is None or new is None:
        return _unknown("the limit was not written before" if old is None else "the limit is not written any more")
    if new < old:
        return _unknown("how many answers are longer than the new limit is not measured")
    cut = score(float(ours.total("truncations").sum()) / known, known)
    each = monthly(ours, snapshot.days) * (new - old) * price.output
    most = each * float(cut.high or 0)
    return Effect(
        metric="cost",
        change=Estimate(value=None if cut.value else 0.0, low=0.0, high=most),
        method="at most: truncated answers (Wilson) times the added tokens at its price",
        rests_on=f"{100 * float(cut.value or 0):.2g} % of {known:,.0f} answers of {ours.name} were truncated",
    )


def _answers(change: Change, ours: Measured, snapshot: Snapshot, catalogue: Catalogue) -> Effect:
    """Each further answer costs its output once more; the input is billed once."""
    old, new = number(change.before) or 1.0, number(change.after) or 1.0
    price = unit_price(catalogue, ours)
    tokens = float(ours.total("output_tokens").sum())
    if price is None or not tokens:
        return _unknown("its price is not known" if price is None else "the tokens of its answers are not known")
    added = DAYS_PER_MONTH * tokens / snapshot.days * (new - old) / old * price.output
    return Effect(
        metric="cost",
        change=Estimate(value=added, low=min(added, 0.0), high=max(added, 0.0)),
        method="tokens an answer times answers at its price; the bound is that this call is none of the traffic",
        rests_on=f"{ours.requests:,} requests of {ours.name} in {snapshot.days} days",
    )


def _tier(change: Change, ours: Measured, snapshot: Snapshot, catalogue: Catalogue) -> Effect:
    """At the prices of both tiers and our lengths, of the requests at the tier that is left."""
    old, new = (None if one is None else tier_of(one) for one in (change.before, change.after))
    prices = [unit_price(catalogue, ours, tier) for tier in (old, new)]
    if prices[0] is None or prices[1] is None:
        return _unknown("the price of one of both tiers is not known")
    share, rest = _share_at(ours, snapshot, old)
    totals = {name: float(ours.total(name).sum()) for name in ("input_tokens", "output_tokens")}
    costs = [price.input * totals["input_tokens"] + price.output * totals["output_tokens"] for price in prices if price]
    added = DAYS_PER_MONTH / snapshot.days * share * (costs[1] - costs[0])
    return Effect(
        metric="cost",
        change=Estimate(value=added, low=min(added, 0.0), high=max(added, 0.0)),
        method="prices of both tiers at our lengths; the bound is that this call is none of the traffic",
        rests_on=f"{ours.requests:,} requests of {ours.name} in {snapshot.days} days, {rest}",
    )


def _share_at(ours: Measured, snapshot: Snapshot, tier: str | None) -> tuple[float, str]:
    """Of our requests, those at that tier; all where no request says its tier."""
    written = counted_tier(tier or STANDARD)
    mine = [one for one in snapshot.tiers if (one.provider, one.request_model) == (ours.provider, ours.model)]
    known = [one for one in mine if one.service_tier is not None]
    at = sum(one.requests for one in known if one.service_tier == written)
    if not known or not at:
        return 1.0, "of which none says its tier"
    return at / sum(one.requests for one in mine), f"{at:,} at tier {written}"


def cache_cost(change: Change, ours: Measured, snapshot: Snapshot, catalogue: Catalogue) -> Effect:
    """What the prompt cache saves now is what its loss costs at most."""
    price = unit_price(catalogue, ours)
    cached = float(ours.total("cached_input_tokens").sum())
    if change.kind == "cache_marker_added":
        return _unknown("what a new marker will hit is not measured")
    if price is None or not float(ours.total("cacheable_input_tokens").sum()):
        return _unknown("its price is not known" if price is None else "no cached tokens are known of it")
    lost = DAYS_PER_MONTH * cached / snapshot.days * (price.input - price.cached)
    share = 100 * cached / float(ours.total("cacheable_input_tokens").sum())
    return Effect(
        metric="cost",
        change=Estimate(value=lost, low=0.0, high=lost),
        method="all cached input at the full price; other markers of the call may keep a part of it",
        rests_on=f"{share:.0f} % of the input of {ours.requests:,} requests of {ours.name} was cached",
    )


def unit_price(catalogue: Catalogue, ours: Measured, tier: str | None = None) -> UnitPrice | None:
    """By the model's name in the telemetry, else without what stands before it."""
    bare = model_name(ours.model, ours.provider).name
    return catalogue.prices(ours.provider, ours.model, tier) or catalogue.prices(ours.provider, bare, tier)


def _unknown(why: str) -> Effect:
    return Effect(metric="cost", why_unknown=why)
