"""Bets of the pool: what small changes and rollouts to a part of the requests do to ranks.

Large changes need no pool: each segment sees them. So these are mixtures with little in them, and means that moved a
bit. Like the sensors' own bets each is positive and averages one over the cells.
"""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from coagent.detect.pool.cells import BOUNDS, WIDTHS

FLOOR = 1e-6
SHIFTS = (0.1, 0.25, 0.5, 1.0, 2.0, 3.2)
SPREADS = (1.4, 0.7)
MOVED, SHARES = (1.5, 3.0, 5.0), (0.005, 0.015, 0.05, 0.2)
"""Rollouts: deviations, and shares of the requests."""
DEPTHS, INCREASES = (0.0005, 0.002, 0.008, 0.03, 0.12), (1.7, 4.0)
"""Events that got so much more frequent, from about these rates."""

Density = NDArray[np.float64]


def _normal(shift: float, spread: float = 1.0) -> Density:
    edges = norm.ppf(BOUNDS)
    return np.asarray(np.diff(norm.cdf((edges - shift) / spread)) / WIDTHS)


def _tail(depth: float, increase: float, *, upper: bool) -> Density:
    inside = np.clip(BOUNDS - (1 - depth), 0, None) if upper else np.clip(BOUNDS, None, depth)
    share = increase * depth
    return np.asarray((1 - share) + share / depth * np.diff(inside) / WIDTHS)


def _bets() -> list[Density]:
    found = [_normal(sign * shift) for shift in SHIFTS for sign in (1, -1)]
    found += [_normal(0.0, spread) for spread in SPREADS]
    found += [(1 - share) + share * _normal(sign * moved) for moved in MOVED for share in SHARES for sign in (1, -1)]
    more = [(depth, increase) for depth in DEPTHS for increase in INCREASES]
    return found + [_tail(*one, upper=upper) for one in more for upper in (True, False)]


@cache
def densities() -> Density:
    """Shape (CELLS, bets)."""
    table = np.maximum(np.array(_bets()).T, FLOOR)
    return np.asarray(table / (WIDTHS @ table))


@cache
def log_densities() -> Density:
    """Shape (CELLS, bets)."""
    return np.log(densities())


def bets_count() -> int:
    return int(densities().shape[1])
