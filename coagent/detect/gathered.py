"""What is gathered of a batch for the pool while its rows are sensed."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.compiled import compiled
from coagent.detect.rows import Rows
from coagent.detect.sensors import Sensors
from coagent.detect.signals import BINARY, COUNT, COVARIATE, Values
from coagent.detect.tally import Cells, no_cells

RATED = np.flatnonzero(BINARY & ~COVARIATE)
"""Signals that have rates."""


class Gathered(NamedTuple):
    """Of rows that are evidence: `cells`; of binary signals `hits` (rows in which they occurred) and how many were
    `expected`, both of shape (signal,).
    """

    cells: Cells
    hits: NDArray[np.float64]
    expected: NDArray[np.float64]

    @classmethod
    def nothing(cls) -> "Gathered":
        return cls(no_cells(), np.zeros(COUNT), np.zeros(COUNT))


class Before(NamedTuple):
    """Of binary signals, before some rows: `rates` (RATED, category), and `quiet` rows to come (RATED,)."""

    rates: NDArray[np.float64]
    quiet: NDArray[np.int64]


def before(sensors: Sensors) -> Before:
    """As the reference is now; a category's few rows lean on all the others'."""
    totals = sensors.totals[RATED].astype(np.float64)
    hits = totals - sensors.counts[RATED, :, 0]
    overall = hits.sum(axis=1, keepdims=True) / np.maximum(totals.sum(axis=1, keepdims=True), 1)
    return Before(np.asarray((hits + overall) / (totals + 1)), sensors.quiet[RATED].copy())


def gather_rates(gathered: Gathered, sensors: Sensors, rows: Rows, was: Before) -> None:
    """Adds these rows. Signals that are learning or alarmed are left out."""
    telling = (sensors.active[RATED] == 1) & (sensors.alarmed[RATED] == 0)
    was = Before(was.rates[telling], was.quiet[telling])
    add_rates(RATED[telling], rows.values, rows.categories, was, gathered)


@compiled
def add_rates(
    chosen: NDArray[np.int64], values: Values, categories: NDArray[np.uint8], was: Before, gathered: Gathered
) -> None:
    """Of the chosen signals, to which `was` belongs; their first quiet values are passed over."""
    for k, s in enumerate(chosen):
        quiet = was.quiet[k]
        for j, value in enumerate(values[s]):
            if np.isnan(value):
                continue
            if quiet > 0:
                quiet -= 1
                continue
            gathered.hits[s] += value
            gathered.expected[s] += was.rates[k, categories[j]]
