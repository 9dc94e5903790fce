"""Values of requests as losses, so that more is worse."""

from collections.abc import Sequence

import numpy as np

from coagent.domain.verdict import Metric
from coagent.verdict.plan import RATIO_UNIT, Floats

CAP_ROWS = 50
CAP_MEANS = 10
"""A request's cost counts up to ten times the mean of the control's first 50: beyond are 1 % of log-normal costs whose
spread is 1.4; these 50 are not compared, so that the cap is fixed before the first bet.
"""
SMALLEST = 1e-12


def cap_of(costs: Sequence[float]) -> float:
    """USD; 1 where it is not fixed yet, which no comparison uses."""
    return max(CAP_MEANS * sum(costs) / len(costs), SMALLEST) if len(costs) >= CAP_ROWS else 1.0


def losses(metric: Metric, values: Floats, cap: float) -> Floats:
    """0 to 1, but for latency, whose logarithm is in units of log 4."""
    if metric == "latency":
        return np.asarray(np.log(values) / RATIO_UNIT)
    return np.minimum(values / cap, 1) if metric == "cost" else 1 - values


def units(metric: Metric, control: Floats) -> Floats:
    """What an effect of 1 is, for each comparison."""
    return control if metric == "cost" else np.ones(len(control))
