"""What a margin asks of a test: the grid of effects that are tested, where on it the two decisions stand, and bounds.

All is in losses, so that more is worse: a failure is 1, a score of 0.8 is 0.2. A comparison gives `excess` and `unit`;
the contrast at an effect `g` is `excess - g * unit`, between -1 and 1, with a mean of 0 where `g` is the true effect:

- success, quality: excess is the difference of losses, unit 1, g the difference of rates.
- cost: each request counts up to a cap, and is a share of it; unit is the control's cost, g the relative difference of
  mean costs.
- latency: the difference of logarithms in units of log 4, clipped at -1 and 1 around g: a ratio counts as 4 at most.
  g is the ratio of typical latencies: their location by Huber (1964), which is exact where one arm's distribution is
  the other's, stretched.
"""

from dataclasses import dataclass
from functools import cache
from math import exp, log, log1p

import numpy as np
from numpy.typing import NDArray

from coagent.domain.verdict import Margin, Metric

Floats = NDArray[np.float64]

LARGEST_RATIO = 4.0
"""Wider loses power where pairs are alike, narrower where latencies vary much: measured on log-normal latencies."""
RATIO_UNIT = log(LARGEST_RATIO)
STEPS = 56
"""Effects on each side of 0: neighbours are 12 % apart."""
FINEST = 0.05
"""The smallest step, in distances between margin and expectation."""
WIDEST: dict[Metric, float] = {"success": 0.999, "quality": 0.999, "cost": 20.0, "latency": 3.0}
"""The largest effects that an interval can show."""
CERTIFY, HALT = 0, 1


@dataclass(frozen=True, slots=True)
class Plan:
    """`grid`: effects, ascending. `limits`, shape (2, effects): what a bet is divided by so that no loss exceeds the
    stake, to certify and to halt. `needs`: log evidence that decides. `places`: of both margins on the grid.
    """

    metric: Metric
    grid: Floats
    places: tuple[int, int]
    needs: tuple[float, float]
    distance: float
    limits: Floats


@cache
def plan_of(margin: Margin, alpha: float, metrics: int) -> Plan:
    """To certify, every metric has to pass, each at alpha; any one of them halts, each at its part of alpha."""
    metric = margin.metric
    marks = [inner(metric, one) for one in (margin.margin, margin.halt, margin.expected)]
    distance = marks[0] - marks[2]
    size = np.geomspace(FINEST * distance, WIDEST[metric], STEPS)
    below = size[size < 1] if metric == "cost" else size
    grid = np.unique(np.concatenate([-below, [0.0], size, marks[:2]]))
    return Plan(
        metric=metric,
        grid=grid,
        places=(int(np.searchsorted(grid, marks[0])), int(np.searchsorted(grid, marks[1]))),
        needs=(-log(alpha), log(metrics / alpha)),
        distance=distance,
        limits=np.maximum(np.stack(_limits(metric, grid)), 0.05),
    )


def _limits(metric: Metric, grid: Floats) -> tuple[Floats, Floats]:
    """The largest contrast, and the largest negative one."""
    if metric == "latency":
        return np.ones_like(grid), np.ones_like(grid)
    return (np.ones_like(grid), 1 + grid) if metric == "cost" else (1 - grid, 1 + grid)


def contrasts(plan: Plan, excess: Floats, unit: Floats, effects: Floats) -> Floats:
    """Shape (comparisons, effects)."""
    found = excess[:, None] - unit[:, None] * effects
    return np.clip(found, -1, 1) if plan.metric == "latency" else found


def inner(metric: Metric, worse: float) -> float:
    """A margin, as people write it, on the grid."""
    return log1p(worse) / RATIO_UNIT if metric == "latency" else worse


def outer(metric: Metric, effect: float) -> float:
    """An effect on the grid as people read it: the candidate's value less the control's."""
    if metric == "latency":
        return exp(effect * RATIO_UNIT) - 1
    return effect if metric == "cost" else -effect
