"""What each change does, by the company's own traffic."""

from collections.abc import Sequence

from coagent.domain.gate import METRICS, Change, ChangeEffects, Effect, Estimate, Metric, Reviewed, Snapshot
from coagent.domain.unit_price import UnitPrice
from coagent.gate.catalogue import Catalogue
from coagent.gate.effect.cost import Prices, monthly, swap_cost
from coagent.gate.effect.intervals import score
from coagent.gate.effect.like_with_like import latency, quality, success, throughput
from coagent.gate.effect.measured import Measured, measured
from coagent.gate.effect.parameters import cache_cost, parameter_cost, unit_price
from coagent.gate.model_name import model_name
from coagent.gate.words import usd

MILLION = 1_000_000
SAME_MODEL = frozenset({"provider_changed", "alias_pinned", "alias_unpinned"})
SWAPS = SAME_MODEL | {"model_swapped"}
NO_TRAFFIC = "no traffic is known: give `--snapshot`, `--report` or a database"


def effects_of(changes: Sequence[Change], snapshot: Snapshot | None, catalogue: Catalogue) -> list[ChangeEffects]:
    """In their order; all unknown without a snapshot."""
    return [_of(one, snapshot, catalogue) for one in changes]


def _of(change: Change, snapshot: Snapshot | None, catalogue: Catalogue) -> ChangeEffects:
    if snapshot is None:
        return ChangeEffects(change=change, effects=_all_unknown(NO_TRAFFIC), remarks=_prices(change, catalogue))
    if change.kind in SWAPS:
        return _swap(change, snapshot, catalogue)
    if change.kind == "fallback_changed":
        return _fallback(change, snapshot)
    if change.kind in ("model_added", "model_removed"):
        return _one_sided(change, snapshot)
    return _parameter(change, snapshot, catalogue)


def _all_unknown(why: str, metrics: Sequence[Metric] = METRICS) -> tuple[Effect, ...]:
    return tuple(Effect(metric=metric, why_unknown=why) for metric in metrics)


def _source(change: Change, snapshot: Snapshot) -> Measured | None:
    """By the model's own name, else by the name that the gateway gives it."""
    first = measured(snapshot, change.before, change.task)
    return first or measured(snapshot, change.route, change.task)


def _swap(change: Change, snapshot: Snapshot, catalogue: Catalogue) -> ChangeEffects:
    ours, theirs = _source(change, snapshot), measured(snapshot, change.after, change.task)
    remarks = list(_prices(change, catalogue))
    if ours is None:
        why = f"no request of {change.before} was seen"
        return ChangeEffects(change=change, effects=_all_unknown(why), remarks=tuple(remarks))
    if theirs is not None and (theirs.provider, theirs.model) == (ours.provider, ours.model):
        theirs = None
    cost = _cost(change, ours, theirs, snapshot, catalogue)
    if cost.change is not None and cost.change.low is None and len(ours["requests"][0]) > 1 and _is_guess(change, cost):
        remarks.append(
            "How long the new model's answers are is unknown: the cost assumes the present lengths and has no interval."
        )
    found = [
        cost,
        success(ours, theirs),
        quality(_reviewed(snapshot, ours), _reviewed(snapshot, theirs)),
        latency("latency_p50", ours, theirs),
        latency("latency_p95", ours, theirs),
        throughput(ours, theirs),
    ]
    requests = monthly(ours, snapshot.days)
    remarks.append(f"Counts all {requests:,.0f} requests a month of {ours.name}{_of_task(change)}.")
    return ChangeEffects(change=change, effects=tuple(found), remarks=tuple(remarks))


def _is_guess(change: Change, cost: Effect) -> bool:
    return change.kind not in SAME_MODEL and "at our lengths" in cost.rests_on


def _of_task(change: Change) -> str:
    return f", task {change.task}" if change.task else ""


def _cost(change: Change, ours: Measured, theirs: Measured | None, snapshot: Snapshot, catalogue: Catalogue) -> Effect:
    prices = Prices(_price(change.before, catalogue, ours), _price(change.after, catalogue, theirs))
    return swap_cost(ours, theirs, prices, snapshot.days, is_same_model=change.kind in SAME_MODEL)


def _price(written: str | None, catalogue: Catalogue, known: Measured | None = None) -> UnitPrice | None:
    """As the telemetry names it where it was measured, else by the name in the change."""
    if known is not None and (price := unit_price(catalogue, known)):
        return price
    name = model_name(written or "")
    return catalogue.prices(name.provider, name.name) if name.name else None


def _reviewed(snapshot: Snapshot, one: Measured | None) -> Reviewed | None:
    """All tasks together, as the mean of their rates by reviewed requests; bounds by Wilson."""
    if one is None:
        return None
    mine = [each for each in snapshot.reviewed if (each.provider, each.request_model) == (one.provider, one.model)]
    mine = [each for each in mine if each.task in one.tasks and each.requests]
    if len(mine) <= 1:
        return mine[0] if mine else None
    count = sum(each.requests for each in mine)
    rate = sum(each.rate * each.requests for each in mine) / count
    bounds = score(rate, count)
    return Reviewed(
        provider=one.provider,
        request_model=one.model,
        task=None,
        requests=count,
        rate=rate,
        low=bounds.low,
        high=bounds.high,
    )


def _prices(change: Change, catalogue: Catalogue) -> tuple[str, ...]:
    if change.name != "model":
        return ()
    said = [_listed(one, catalogue) for one in (change.before, change.after) if one]
    return (f"Price a million tokens, in and out: {'; '.join(said)} ({catalogue.version}).",)


def _listed(written: str, catalogue: Catalogue) -> str:
    price = _price(written, catalogue)
    if price is None:
        return f"{written} unknown"
    whose = "your own" if price.is_own else "list"
    return f"{written} {usd(MILLION * price.input)} and {usd(MILLION * price.output)} ({whose})"


def _one_sided(change: Change, snapshot: Snapshot) -> ChangeEffects:
    """A call that is new or gone: what it is called for is not in the change."""
    known = measured(snapshot, change.after or change.before, change.task)
    why = (
        "how often the new call will run is not known"
        if change.after
        else "where its requests go now is not in the change"
    )
    seen = (
        f"{known.name} has {known.requests:,} requests."
        if known
        else f"{change.after or change.before} was never measured here."
    )
    return ChangeEffects(change=change, effects=_all_unknown(why), remarks=(seen,))


def _parameter(change: Change, snapshot: Snapshot, catalogue: Catalogue) -> ChangeEffects:
    ours = measured(snapshot, change.model, change.task) or measured(snapshot, change.route, change.task)
    if ours is None:
        why = (
            f"no request of {change.model} was seen"
            if change.model
            else "which model it belongs to is not in the change"
        )
        return ChangeEffects(change=change, effects=_all_unknown(why))
    is_cache = change.kind in ("cache_marker_added", "cache_marker_removed")
    cost = (
        cache_cost(change, ours, snapshot, catalogue) if is_cache else parameter_cost(change, ours, snapshot, catalogue)
    )
    others = () if is_cache else _all_unknown(f"traffic is not measured by {change.name}", METRICS[1:])
    return ChangeEffects(change=change, effects=(cost, *others))


def _fallback(change: Change, snapshot: Snapshot) -> ChangeEffects:
    """Requests that fail reach the first fallback: at most those, at the difference of both first ones."""
    ours = measured(snapshot, change.route)
    firsts = [_first(one) for one in (change.before, change.after)]
    costs = [_usd(measured(snapshot, one)) for one in firsts]
    if ours is None or costs[0] is None or costs[1] is None or firsts[0] == firsts[1]:
        why = "the first fallback is the same" if firsts[0] == firsts[1] else "no traffic shows what the fallbacks cost"
        return ChangeEffects(change=change, effects=_all_unknown(why))
    failed = (
        monthly(ours, snapshot.days)
        * float(ours.total("errors").sum())
        / max(float(ours.total("outcomes_known").sum()), 1)
    )
    added = failed * (costs[1] - costs[0])
    cost = Effect(
        metric="cost",
        change=Estimate(value=added, low=min(added, 0.0), high=max(added, 0.0)),
        method="failed requests a month times the difference of both first fallbacks' cost a request",
        rests_on=f"{float(ours.total('errors').sum()):,.0f} failed of {ours.requests:,} requests of {ours.name}",
    )
    return ChangeEffects(
        change=change, effects=(cost, *_all_unknown("fallbacks are not measured by route", METRICS[1:]))
    )


def _first(names: str | None) -> str | None:
    return names.split(" > ")[0] if names else None


def _usd(one: Measured | None) -> float | None:
    priced = float(one.total("requests_priced").sum()) if one else 0.0
    return float(one.total("cost_usd").sum()) / priced if one and priced else None
