"""How large a change is, like compared with like, with 95 % intervals."""

import msgspec
import numpy as np

from coagent.confirm.compare.paired_sample import Floats, Pair
from coagent.domain.shift import QUANTILES, Effect, Summary
from coagent.domain.signal import Kind
from coagent.domain.wilson import Z95, wilson

BISECTION = tuple(0.5**halving for halving in range(1, 25))
DIGITS = 4


def effect(pair: Pair, kind: Kind, dependence: float = 1.0) -> Effect:
    """Cliff's delta (continuous) or difference of rates (binary) of a comparable pair, positive where the values grew.

    `dependence` is the variance of a sum of the signal's rows against that of independent ones, at least 1.
    """
    return cliffs_delta(pair, dependence) if kind == "continuous" else risk_difference(pair, dependence)


def cliffs_delta(pair: Pair, dependence: float = 1.0) -> Effect:
    """P(after > before) - P(after < before) within categories, weighted by the mix after.

    Interval: method 5 of Newcombe (2006), which holds at the ends of the scale too, or the placements' own standard
    error where that is wider.
    """
    placed = pair.placements
    value = float(placed.mean())
    rows, before_rows = max(len(placed) / dependence, 1.0), max(pair.before_size / dependence, 1.0)
    low, high = _newcombe_area((value + 1) / 2, rows, before_rows)
    spread = float(Z95 * placed.std(ddof=1) / np.sqrt(rows)) if len(placed) > 1 else 0.0
    return Effect(
        "cliffs_delta", value, max(-1.0, min(2 * low - 1, value - spread)), min(1.0, max(2 * high - 1, value + spread))
    )


def risk_difference(pair: Pair, dependence: float = 1.0) -> Effect:
    """Rate after minus rate before under the mix after; Newcombe's (1998) score interval, method 10."""
    rate, before = float(pair.after.x.mean()), float(pair.weights @ pair.before.x)
    low, high = wilson(rate, max(len(pair.after) / dependence, 1.0))
    before_low, before_high = wilson(before, max(pair.before_size / dependence, 1.0))
    value = rate - before
    return Effect(
        "risk_difference",
        value,
        max(-1.0, value - float(np.hypot(rate - low, before_high - before))),
        min(1.0, value + float(np.hypot(high - rate, before - before_low))),
    )


def excludes_zero(effect: Effect) -> bool:
    return effect.low > 0 or effect.high < 0


def least(effect: Effect) -> float:
    """The smallest size that the interval leaves possible."""
    return max(effect.low, -effect.high, 0.0)


def summaries(pair: Pair, kind: Kind) -> tuple[Summary, Summary]:
    """Median (continuous) or rate (binary) before and after, the former under the latter's mix of categories."""
    if kind == "binary":
        before, after = float(pair.weights @ pair.before.x), float(pair.after.x.mean())
    else:
        before, after = weighted_median(pair.before.x, pair.weights), float(np.median(pair.after.x))
    return Summary(len(pair.before), before), Summary(len(pair.after), after)


def with_quantiles(pair: Pair, before: Summary, after: Summary) -> tuple[Summary, Summary]:
    """The summaries of a continuous signal with the quantiles of either side."""
    even = np.full(len(pair.after), 1 / len(pair.after))
    return (
        msgspec.structs.replace(before, quantiles=quantiles(pair.before.x, pair.weights)),
        msgspec.structs.replace(after, quantiles=quantiles(pair.after.x, even)),
    )


def quantiles(x: Floats, weights: Floats) -> list[float]:
    """Of QUANTILES: the value at which that share of the weight is reached; rounded."""
    order = np.argsort(x, kind="stable")
    heaped = np.cumsum(weights[order])
    places = np.searchsorted(heaped, heaped[-1] * np.asarray(QUANTILES) * (1 - 1e-9))
    return [float(f"{value:.{DIGITS}g}") for value in x[order][places].tolist()]


def weighted_median(x: Floats, weights: Floats) -> float:
    """Where half of the weight lies on either side; the plain median for equal weights."""
    order = np.argsort(x, kind="stable")
    ordered, heaped = x[order], np.cumsum(weights[order])
    half = heaped[-1] / 2
    low = int(np.searchsorted(heaped, half * (1 - 1e-9)))
    high = int(np.searchsorted(heaped, half * (1 + 1e-9)))
    return float((ordered[low] + ordered[min(high, len(x) - 1)]) / 2)


def _newcombe_area(area: float, rows: float, before_rows: float) -> tuple[float, float]:
    """95 % interval of P(after > before) + P(tie)/2; Newcombe, Statistics in Medicine 25 (2006) 559, method 5."""
    middle = (rows + before_rows) / 2 - 1

    def inside(theta: float) -> bool:
        factor = 1 + middle * ((1 - theta) / (2 - theta) + theta / (1 + theta))
        return (area - theta) ** 2 <= Z95**2 * theta * (1 - theta) * factor / (rows * before_rows)

    low, high = 0.0, 1.0
    for step in BISECTION:
        low += step if not inside(low + step) and low + step < area else 0.0
        high -= step if not inside(high - step) and high - step > area else 0.0
    return low, high
