"""A change's effects by a policy: which rules it breaks, and whether it passes."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import chain

from coagent.domain.gate import (
    Change,
    ChangeEffects,
    Effect,
    Estimate,
    Finding,
    GateReport,
    Level,
    Metric,
    ReadChanges,
    Rule,
    Snapshot,
)
from coagent.domain.number_format import MINUS, figure, percent
from coagent.gate.catalogue import Catalogue
from coagent.gate.effect.effects import SAME_MODEL, effects_of
from coagent.gate.effect.parameters import number
from coagent.gate.model_name import model_name
from coagent.gate.policy import GatePolicy
from coagent.gate.words import METRIC_NAMES, usd

ORDER: tuple[Level, ...] = ("pass", "warn", "fail")
EFFORTS = ("none", "minimal", "low", "medium", "high", "xhigh", "max")
HARMLESS = frozenset({"stream", "timeout", "max_retries"})
"""Parameters that change no answer and by which traffic is not measured: nothing is asked of them."""


def judge(
    read: ReadChanges,
    *,
    snapshot: Snapshot | None,
    catalogue: Catalogue,
    policy: GatePolicy,
    policy_name: str,
    today: date,
) -> GateReport:
    """The same input gives the same report."""
    changes = effects_of(read.changes, snapshot, catalogue)
    total = added_cost(changes)
    findings = [
        *_added_cost(total, policy),
        *(found for place, one in enumerate(changes) for found in _of_change(place, one, catalogue, policy, today)),
        *(Finding(rule="not_read", level=policy.not_read, text=text) for text in read.not_seen),
    ]
    worst = max((ORDER.index(one.level) for one in findings), default=0)
    return GateReport(
        outcome=ORDER[worst],
        changes=tuple(changes),
        findings=tuple(findings),
        added_usd_a_month=total,
        notes=read.notes,
        not_seen=read.not_seen,
        traffic=snapshot.source if snapshot else "no traffic is known",
        policy=policy_name,
    )


def added_cost(changes: Sequence[ChangeEffects]) -> Estimate | None:
    """Changes of the same traffic are counted once, by the one that adds most; None where no cost is known."""
    most: dict[tuple[str | None, str | None, str], Estimate] = {}
    for one in changes:
        cost = effect_of(one, "cost")
        if cost is not None and cost.change is not None:
            key = (
                one.change.before if one.change.name == "model" else one.change.model,
                one.change.task,
                one.change.name,
            )
            most[key] = max([cost.change, *([most[key]] if key in most else [])], key=_weight)
    if not most:
        return None
    known = list(most.values())
    return Estimate(
        value=sum(map(_expected, known)), low=_sum([one.low for one in known]), high=_sum([one.high for one in known])
    )


def _expected(one: Estimate) -> float:
    """Its value; of what has bounds alone the least."""
    return one.value if one.value is not None else float(one.low or 0.0)


def _weight(one: Estimate) -> tuple[float, float]:
    return _expected(one), one.high if one.high is not None else _expected(one)


def _sum(values: list[float | None]) -> float | None:
    return None if any(one is None for one in values) else sum(float(one or 0) for one in values)


def effect_of(one: ChangeEffects, metric: Metric) -> Effect | None:
    return next((effect for effect in one.effects if effect.metric == metric), None)


def _added_cost(total: Estimate | None, policy: GatePolicy) -> Iterator[Finding]:
    limit = policy.max_added_usd_a_month
    if total is None or limit is None:
        return
    if _expected(total) > limit:
        yield Finding(
            rule="added_cost", level="fail", text=f"Adds {usd(_expected(total))} a month; the limit is {usd(limit)}."
        )
    elif total.high is not None and total.high > limit:
        text = f"May add up to {usd(total.high)} a month; the limit is {usd(limit)}."
        yield Finding(rule="added_cost", level="warn", text=text)


def _of_change(
    place: int, one: ChangeEffects, catalogue: Catalogue, policy: GatePolicy, today: date
) -> Iterator[Finding]:
    rules = (
        _latency(one, policy),
        _loss(one, "success", policy.quality.success),
        _loss(one, "quality", policy.quality.reviewed),
        _retirement(one.change, catalogue, policy, today),
        _alias(one.change, policy),
        _raised(one.change, policy),
        _cannot_tell(one, policy),
    )
    for rule, level, text in chain.from_iterable(rules):
        yield Finding(rule=rule, level=level, text=text, change=place)


Found = Iterator[tuple[Rule, Level, str]]


def _latency(one: ChangeEffects, policy: GatePolicy) -> Found:
    effect = effect_of(one, "latency_p95")
    if effect is None or effect.after is None or effect.after.value is None:
        return
    after, limit = effect.after, policy.p95.limit_s
    shown = figure(after.value, "s")
    if limit is not None and after.value is not None and after.value > limit:
        yield "latency_p95", "fail", f"The 95th percentile of latency is {shown}; the limit is {figure(limit, 's')}."
    elif limit is not None and after.high is not None and after.high > limit:
        yield (
            "latency_p95",
            "warn",
            f"The 95th percentile of latency may reach {figure(after.high, 's')}; the limit is {figure(limit, 's')}.",
        )
    yield from _slower(effect, policy.p95.worse_by)


def _slower(effect: Effect, margin: float | None) -> Found:
    before, change = effect.before, effect.change
    if margin is None or before is None or change is None or not before.value or change.value is None:
        return
    share = change.value / before.value
    allowed = f"{percent(margin)} is allowed"
    if share > margin:
        yield "latency_p95", "fail", f"The 95th percentile of latency grows by {percent(share)}; {allowed}."
    elif change.high is not None and change.high / before.value > margin:
        yield (
            "latency_p95",
            "warn",
            f"The 95th percentile of latency may grow by {percent(change.high / before.value)}; {allowed}.",
        )


def _loss(one: ChangeEffects, metric: Metric, margin: float | None) -> Found:
    effect = effect_of(one, metric)
    if margin is None or effect is None or effect.change is None or effect.change.value is None:
        return
    rule: Rule = "success" if metric == "success" else "quality"
    name, allowed = METRIC_NAMES[metric], f"{100 * margin:g} points are allowed"
    if -effect.change.value > margin:
        yield rule, "fail", f"The {name} changes by {MINUS}{-100 * effect.change.value:.1f} points; {allowed}."
    elif effect.change.low is not None and -effect.change.low > margin:
        yield rule, "warn", f"The {name} may change by {MINUS}{-100 * effect.change.low:.1f} points; {allowed}."


def _retirement(change: Change, catalogue: Catalogue, policy: GatePolicy, today: date) -> Found:
    targets = change.after.split(" > ") if change.after and change.name in ("model", "fallbacks") else []
    for written in targets if policy.retirement_days is not None else ():
        name = model_name(written)
        known = catalogue.retirements(name.provider, name.name) if name.provider else None
        if known and (known.day - today).days <= int(policy.retirement_days or 0):
            gone = "was shut down" if known.day <= today else "will be shut down"
            instead = f" {known.source} names {known.replacement} as its successor." if known.replacement else ""
            yield "retirement", policy.retirement, f"{written} {gone} on {known.day}.{instead}"


def _alias(change: Change, policy: GatePolicy) -> Found:
    if change.name != "model" or change.after is None:
        return
    name = model_name(change.after)
    was_pinned = change.before is not None and model_name(change.before).is_pinned
    if change.kind == "alias_unpinned" or name.is_floating or (was_pinned and not name.is_pinned):
        text = f"{change.after} names no version: its provider may change what answers. Name a dated version."
        yield "unpinned_alias", policy.unpinned_alias, text


def _raised(change: Change, policy: GatePolicy) -> Found:
    of_model = f" of {change.model}" if change.model else ""
    before, after = number(change.before), number(change.after)
    if change.kind == "cache_marker_removed":
        yield "removed_cache_marker", policy.removed_cache_marker, f"A marker of the prompt cache{of_model} is removed."
    elif change.name in ("max_tokens", "thinking_budget") and after is not None and (before is None or after > before):
        rule: Rule = "raised_max_tokens" if change.name == "max_tokens" else "raised_effort"
        level = policy.raised_max_tokens if change.name == "max_tokens" else policy.raised_effort
        if before is not None:
            yield rule, level, f"{change.name}{of_model} is raised from {before:,.0f} to {after:,.0f}."
    elif change.name == "reasoning_effort" and _effort(change.after) > _effort(change.before):
        text = f"The reasoning effort{of_model} is raised from {change.before or 'the default'} to {change.after}."
        yield "raised_effort", policy.raised_effort, text


def _effort(written: str | None) -> int:
    """`medium` where none is written: the default of OpenAI's reasoning models."""
    return EFFORTS.index(written) if written in EFFORTS else EFFORTS.index("medium")


def _cannot_tell(one: ChangeEffects, policy: GatePolicy) -> Found:
    """Metrics that the policy judges and nothing measured. The same model by another name or provider is asked for its
    cost alone, as are parameters.
    """
    asked: list[Metric] = ["cost"] if policy.max_added_usd_a_month is not None else []
    if one.change.kind == "model_swapped":
        asked += ["success"] if policy.quality.success is not None else []
        asked += ["latency_p95"] if policy.p95 != type(policy.p95)() else []
    if one.change.name in HARMLESS or (one.change.kind in SAME_MODEL and _is_same_price(one)):
        return
    unknown = [effect for metric in asked if (effect := effect_of(one, metric)) and effect.change is None]
    if unknown:
        names = ", ".join(METRIC_NAMES[effect.metric] for effect in unknown)
        yield "cannot_tell", policy.cannot_tell, f"Cannot tell {names}: {unknown[0].why_unknown}."


def _is_same_price(one: ChangeEffects) -> bool:
    return one.change.kind in ("alias_pinned", "alias_unpinned")
