"""What a batch's rows say to the pool of their provider and model: how often their ranks fell into each cell.

Counts of cells are enough for every bet that is constant on cells: the sum of its log densities follows from them. And
they add up, whatever the unit of a signal is in each segment.

While a category has few rows, an outlier's rank within it says little: the best of 100 is nothing special. So pooled
ranks of young categories are taken in broader groups, which differ in the client's parameters and not in the input's
length. These ranks are as exact as long as the mix of lengths stands still; where it moves in one segment, that is one
among many, and where it moves in all of them, the covariates tell.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.compiled import compiled
from coagent.detect.conformal_sensor import BINS, CELLS
from coagent.detect.sensors import Sensors
from coagent.detect.signals import COUNT

Cells = NDArray[np.int32]
"""How often each cell was met, shape (signal, CELLS)."""


class Tally(NamedTuple):
    """`groups` (category,) tell each category's group, and `wide` (signal,
    group, bin) and `wide_totals` (signal, group) are the reference's counts by group.
    """

    cells: Cells
    groups: NDArray[np.uint8]
    wide: NDArray[np.int32]
    wide_totals: NDArray[np.int32]


def new_tally(sensors: Sensors, groups: NDArray[np.uint8], cells: Cells) -> Tally:
    """Goes on with these counts of cells, with the reference as it is now; `groups` (categories,) or more."""
    found = groups[: sensors.counts.shape[1]]
    wide = np.zeros((len(sensors.counts), int(found.max(initial=0)) + 1, BINS), np.int32)
    totals = np.zeros(wide.shape[:2], np.int32)
    add_up(found, sensors.counts, sensors.totals, wide, totals)
    return Tally(cells, found, wide, totals)


@compiled
def add_up(
    groups: NDArray[np.uint8],
    counts: NDArray[np.int32],
    totals: NDArray[np.int32],
    wide: NDArray[np.int32],
    wide_totals: NDArray[np.int32],
) -> None:
    for s in range(len(counts)):
        for category, group in enumerate(groups):
            wide_totals[s, group] += totals[s, category]
            for place in range(counts.shape[2]):
                wide[s, group, place] += counts[s, category, place]


def no_cells(signals: int = COUNT) -> Cells:
    return np.zeros((signals, CELLS), np.int32)


def lone_tally(sensors: Sensors) -> Tally:
    """For rows that are in no pool: nothing is taken in groups."""
    signals, categories = sensors.totals.shape
    empty = np.zeros((signals, 1, BINS), np.int32)
    return Tally(no_cells(signals), np.zeros(categories, np.uint8), empty, np.zeros((signals, 1), np.int32))
