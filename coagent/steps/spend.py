"""Spend and scorecard of an analysis: by model, task and tenant, with what has no known price beside it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import TypeVar

from coagent.domain.histogram import added, percentiles
from coagent.domain.report import ModelReport, Percentiles, Spend, SpendBy
from coagent.domain.rollup import Rollup

K = TypeVar("K")
RANKS = (0.5, 0.95, 0.99)
GROUPS: dict[SpendBy, Callable[[Rollup], str | None]] = {
    "model": lambda rollup: f"{rollup.segment.provider}/{rollup.segment.request_model}",
    "task": lambda rollup: rollup.segment.task,
    "tenant": lambda rollup: rollup.segment.tenant,
}


def spend(rollups: Sequence[Rollup]) -> list[Spend]:
    """By model, then task, then tenant; within each what costs most first, unknown costs last."""
    return [one for by, key in GROUPS.items() for one in _sorted(_spend(by, *each) for each in _grouped(rollups, key))]


def scorecard(rollups: Sequence[Rollup]) -> list[ModelReport]:
    """One a provider, model and task; the most requests first."""
    groups = _grouped(rollups, lambda one: (one.segment.provider, one.segment.request_model, one.segment.task))
    found = [_model(*key, held) for key, held in groups]
    return sorted(found, key=lambda one: (-one.requests, one.provider, one.request_model, one.task or ""))


def _grouped(rollups: Iterable[Rollup], key: Callable[[Rollup], K]) -> list[tuple[K, list[Rollup]]]:
    groups: dict[K, list[Rollup]] = defaultdict(list)
    for rollup in rollups:
        groups[key(rollup)].append(rollup)
    return list(groups.items())


def _spend(by: SpendBy, name: str | None, held: Sequence[Rollup]) -> Spend:
    priced = sum(rollup.cost_known for rollup in held)
    return Spend(
        by=by,
        name=name,
        requests=sum(rollup.requests for rollup in held),
        requests_unpriced=_unpriced(held),
        cost_usd=_cost(held),
        cost_usd_per_1k_requests=_per_1k(_cost(held), priced),
    )


def _sorted(found: Iterable[Spend]) -> list[Spend]:
    return sorted(found, key=lambda one: (one.cost_usd is None, -(one.cost_usd or 0), -one.requests, one.name or ""))


def _model(provider: str, request_model: str, task: str | None, held: Sequence[Rollup]) -> ModelReport:
    known = sum(rollup.outcomes_known for rollup in held)
    cacheable = sum(rollup.cacheable_input_tokens for rollup in held)
    cached = sum(rollup.cached_input_tokens or 0 for rollup in held)
    cost = _cost(held)
    return ModelReport(
        provider=provider,
        request_model=request_model,
        task=task,
        requests=sum(rollup.requests for rollup in held),
        success_rate=1 - sum(rollup.errors for rollup in held) / known if known else None,
        duration_s=Percentiles(*percentiles(added(rollup.duration for rollup in held), RANKS) or ()),
        time_to_first_token_s=Percentiles(
            *percentiles(added(rollup.time_to_first_token for rollup in held), RANKS) or ()
        ),
        cost_usd=cost,
        cost_usd_per_1k_requests=_per_1k(cost, sum(rollup.cost_known for rollup in held)),
        requests_unpriced=_unpriced(held),
        cached_input_share=cached / cacheable if cacheable else None,
    )


def _unpriced(held: Sequence[Rollup]) -> int:
    """Requests that did not fail, without known cost."""
    return sum(max(rollup.requests - rollup.errors - rollup.cost_known, 0) for rollup in held)


def _cost(held: Sequence[Rollup]) -> Decimal | None:
    known = [rollup.cost_usd for rollup in held if rollup.cost_usd is not None]
    return sum(known, Decimal(0)) if known else None


def _per_1k(cost: Decimal | None, priced: int) -> Decimal | None:
    return round(1000 * cost / priced, 9) if cost is not None and priced else None
