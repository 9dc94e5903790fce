"""How the gate's figures and changes are named, in one place."""

from decimal import Decimal

from coagent.domain.gate import Change, ChangeEffects, Effect, Estimate, Metric
from coagent.domain.number_format import MINUS, UNKNOWN, dollars, figure

METRIC_NAMES: dict[Metric, str] = {
    "cost": "cost a month",
    "success": "success rate",
    "quality": "reviewed success rate",
    "latency_p50": "median latency",
    "latency_p95": "95th percentile of latency",
    "throughput": "throughput",
}
_UNIT = {"success": "share", "quality": "share", "latency_p50": "s", "latency_p95": "s", "throughput": "tokens/s"}
CANNOT_TELL = "cannot tell"
TITLES = {
    "model_swapped": "model changed",
    "provider_changed": "same model, another provider",
    "alias_unpinned": "version not pinned any more",
    "alias_pinned": "version pinned",
    "model_added": "model added",
    "model_removed": "model removed",
    "parameter_changed": "parameter changed",
    "cache_marker_removed": "cache marker removed",
    "cache_marker_added": "cache marker added",
    "fallback_changed": "fallbacks changed",
}


def usd(value: float) -> str:
    """With its sign before the currency.

    >>> usd(1234.5), usd(-3.2)
    ('$1,234', '−$3.20')
    """  # noqa: RUF002
    return f"{MINUS if value < 0 else ''}{dollars(Decimal(repr(abs(value))))}"


def title(change: Change) -> str:
    """What it is, without the texts of the repository."""
    return f"{change.name} changed" if change.kind == "parameter_changed" else TITLES[change.kind]


def added_cost(total: Estimate | None) -> str:
    """What all changes together add to a month's cost."""
    return change_words(Effect(metric="cost", change=total)) if total else CANNOT_TELL


def from_to(change: Change) -> str:
    """As it is written in the repository: data, to be escaped by who shows it."""
    return f"{change.before or 'not set'} → {change.after or 'not set'}"


def value(effect: Effect, number: float | None) -> str:
    """A figure in its unit; a dash where unknown."""
    if number is None:
        return UNKNOWN
    return usd(number) if effect.metric == "cost" else figure(number, _UNIT[effect.metric])


def estimate(effect: Effect, one: Estimate | None) -> str:
    """The value with its interval."""
    if one is None:
        return UNKNOWN
    if one.value is None:
        return f"at most {value(effect, one.high)}"
    if one.low is None and one.high is None:
        return value(effect, one.value)
    return f"{value(effect, one.value)} ({_bound(effect, one.low)} to {_bound(effect, one.high)})"


def _bound(effect: Effect, number: float | None) -> str:
    return "?" if number is None else value(effect, number)


def change_words(effect: Effect) -> str:
    """The change with its sign, points for shares; what cannot be known says why."""
    one = effect.change
    if one is None:
        return f"{CANNOT_TELL}: {effect.why_unknown}" if effect.why_unknown else CANNOT_TELL
    if one.value is None:
        return f"+{value(effect, one.high)} at most"
    signs = [None if number is None else _signed(effect, number) for number in (one.value, one.low, one.high)]
    interval = "" if signs[1] is None and signs[2] is None else f" ({signs[1] or '?'} to {signs[2] or '?'})"
    return f"{signs[0]}{interval}"


def _signed(effect: Effect, number: float) -> str:
    sign = "+" if number > 0 else MINUS if number < 0 else ""
    size = abs(number)
    if effect.metric in ("success", "quality"):
        return f"{sign}{100 * size:.1f} points"
    return f"{sign}{usd(size)}" if effect.metric == "cost" else f"{sign}{figure(size, _UNIT[effect.metric])}"


def unknown_reasons(one: ChangeEffects) -> list[str]:
    """What is known of neither side, together where it has the same reason, as sentences."""
    reasons: dict[str, list[str]] = {}
    for effect in one.effects:
        if effect.change is None and effect.before is None:
            reasons.setdefault(effect.why_unknown, []).append(METRIC_NAMES[effect.metric])
    return [f"Cannot tell {', '.join(names)}: {why}." for why, names in reasons.items()]
