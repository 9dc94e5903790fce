"""A series of days before and after it changed."""

from typing import NamedTuple

import numpy as np

from coagent.advise.frame import Floats


class Step(NamedTuple):
    """`day` is the first after the change; `before` and `after` are the days' medians on both sides."""

    day: int
    before: float
    after: float
    spread: float
    """Greatest standard deviation of either side."""


def largest_step(series: Floats, least_before: int, least_after: int) -> Step | None:
    """Where splitting a series, shape (days,), in two means leaves the least squares; None where known days are too
    few. Source: Page 1954, "Continuous inspection schemes", for one change in the mean.
    """
    known = np.flatnonzero(np.isfinite(series))
    values = series[known]
    places = np.arange(least_before, len(values) - least_after + 1)
    if not places.size:
        return None
    sums = np.cumsum(values)
    explained = sums[places - 1] ** 2 / places + (sums[-1] - sums[places - 1]) ** 2 / (len(values) - places)
    place = int(places[np.argmax(explained)])
    before, after = values[:place], values[place:]
    spread = float(max(before.std(), after.std()))
    return Step(int(known[place]), float(np.median(before)), float(np.median(after)), spread)
