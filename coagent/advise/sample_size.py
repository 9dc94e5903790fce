"""How many requests a comparison needs to see a difference that matters.

Two proportions p and q, two-sided level alpha, so much power; with m the mean of both:

    n = (z(1 - alpha/2) * sqrt(2 m (1 - m)) + z(power) * sqrt(p (1 - p) + q (1 - q)))^2 / (p - q)^2

in each arm. Source: Fleiss, Levin & Paik 2003, "Statistical Methods for Rates and Proportions", section 4.2, without
continuity correction.
"""

import math

from scipy.stats import norm

ALPHA, POWER = 0.05, 0.8
"""Convention."""
MATTERS = 0.03
"""A share of good answers that is lower by so much matters: convention, to be replaced by the owner's own."""
USUAL_SHARE = 0.9
"""Of good answers, where no score is measured: convention."""


def two_proportions(before: float, after: float, alpha: float = ALPHA, power: float = POWER) -> int:
    """Requests in each arm.

    >>> two_proportions(0.5, 0.75, power=0.9)
    77
    """
    mean = (before + after) / 2
    spread = math.sqrt(2 * mean * (1 - mean))
    apart = math.sqrt(before * (1 - before) + after * (1 - after))
    wanted = (norm.ppf(1 - alpha / 2) * spread + norm.ppf(power) * apart) ** 2 / (before - after) ** 2
    return math.ceil(wanted)


def quality_sample(score: float) -> int:
    """Requests in each arm to see that good answers became rarer by `MATTERS`; NaN: the usual share."""
    base = min(max(USUAL_SHARE if math.isnan(score) else score, 2 * MATTERS), 1 - MATTERS / 2)
    return two_proportions(base, base - MATTERS)
