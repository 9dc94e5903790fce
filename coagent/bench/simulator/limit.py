"""Lorden's limit: no detector whose average run length is A sees a change sooner than after ln A / KL rows.

Source: Lorden 1971, "Procedures for reacting to a change in distribution"; KL is the Kullback-Leibler divergence of a
row after the change from one before, in nats.
"""

from math import log

import numpy as np
from scipy.stats import norm


def lorden(run_length: float, kl: float) -> float:
    """Rows."""
    return log(run_length) / kl


def location_kl(deviations: float) -> float:
    """A normal that moved by so many deviations.

    >>> location_kl(0.5)
    0.125
    """
    return deviations**2 / 2


def spread_kl(factor: float) -> float:
    """A normal whose deviation is multiplied."""
    return (factor**2 - 1) / 2 - log(factor)


def rate_kl(before: float, after: float) -> float:
    """A share of rows, both strictly between 0 and 1."""
    return after * log(after / before) + (1 - after) * log((1 - after) / (1 - before))


def partial_kl(deviations: float, share: float) -> float:
    """A share of the rows moved by so many deviations, the others not at all; integrated numerically."""
    z = np.linspace(-10.0, 10.0 + abs(deviations), 20_001)
    before = norm.pdf(z)
    after = (1 - share) * before + share * norm.pdf(z - abs(deviations))
    return float(np.trapezoid(after * np.log(after / before), z))
