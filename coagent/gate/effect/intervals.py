"""Intervals at 95 %."""

from math import ceil, floor, isfinite, sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coagent.domain.gate import Estimate
from coagent.domain.histogram import Histogram, percentiles
from coagent.domain.wilson import Z95, wilson

Floats = NDArray[np.float64]
Days = NDArray[np.integer[Any]]
TAIL = 0.025
SAMPLES = 2_000
"""Quantiles of 2.5 % rest on 50 of them: convention."""
SEED = 35
WILSON = "Wilson, differences by Newcombe's method 10"
BOOTSTRAP = "bootstrap over days"
ORDER = "order statistics by counts, differences from the outer ends"


def score(rate: float, count: float) -> Estimate:
    """By Wilson; `count` may be an effective size, not whole."""
    low, high = wilson(rate, count)
    return Estimate(value=rate, low=low, high=high)


def difference(before: Estimate, after: Estimate) -> Estimate:
    """Of two independent rates: Newcombe 1998, method 10."""
    assert before.value is not None
    assert after.value is not None
    change = after.value - before.value
    if None in (before.low, before.high, after.low, after.high):
        return Estimate(value=change)
    low = sqrt((after.value - float(after.low or 0)) ** 2 + (float(before.high or 0) - before.value) ** 2)
    high = sqrt((float(after.high or 0) - after.value) ** 2 + (before.value - float(before.low or 0)) ** 2)
    return Estimate(value=change, low=change - low, high=change + high)


def effective(weights: Floats, counts: Floats) -> float:
    """Requests that a weighted mean over strata is worth: sum(w)^2 / sum(w^2 / n)."""
    return float(weights.sum() ** 2 / (weights**2 / counts).sum())


def quantile(histogram: Histogram, share: float, count: float) -> Estimate:
    """A bound is None where so few values do not show it. Ranks: normal approximation of the binomial."""
    half = Z95 * sqrt(share * (1 - share) / count)
    low, high = share - half, share + half
    ranks = (share, max(low, 1e-9), min(high, 1.0))
    found = percentiles(histogram, ranks)
    assert found is not None
    return Estimate(
        value=found[0],
        low=found[1] if floor(count * low) >= 1 else None,
        high=found[2] if ceil(count * high) < count else None,
    )


def outer(before: Estimate, after: Estimate) -> Estimate:
    """The change, from the least after less the most before to the other way round: wider than 95 %."""
    assert before.value is not None
    assert after.value is not None
    low = None if after.low is None or before.high is None else after.low - before.high
    high = None if after.high is None or before.low is None else after.high - before.low
    return Estimate(value=after.value - before.value, low=low, high=high)


def sampled(value: float, samples: Floats) -> Estimate:
    """By the quantiles of bootstrap samples, shape (samples,); no bounds where too few are known."""
    known = samples[np.isfinite(samples)]
    if not isfinite(value) or len(known) < len(samples) / 2 or len(samples) < SAMPLES:
        return Estimate(value=value)
    low, high = np.quantile(known, [TAIL, 1 - TAIL])
    return Estimate(value=value, low=float(min(low, value)), high=float(max(high, value)))


def drawn_days(days: int, stream: int) -> Days:
    """Places of days drawn with replacement, shape (samples, days); one sample of all days where there is but one."""
    if days < 2:  # noqa: PLR2004  a single day shows no spread
        return np.arange(days)[None]
    return np.random.default_rng([SEED, stream]).integers(days, size=(SAMPLES, days))
