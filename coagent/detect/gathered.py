"""What is gathered of a batch for the pool while its rows are sensed."""

from typing import Any, NamedTuple

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
    """Of these signals, before some rows: `rates` (signals, category), and `quiet` rows to come (signals,)."""

    signals: NDArray[np.int64]
    rates: NDArray[np.float64]
    quiet: NDArray[np.int64]


def before(sensors: Sensors) -> Before:
    """As the reference is now; a category's few rows lean on all the others'."""
    return Before(RATED, _rates(RATED, sensors.counts, sensors.totals), sensors.quiet[RATED])


@compiled
def _rates(rated: NDArray[np.int64], counts: NDArray[np.int32], totals: NDArray[np.int32]) -> NDArray[np.float64]:
    """Shape (rated, category): share of rows in which the signal occurred, one row of the overall share added."""
    categories = totals.shape[1]
    rates = np.empty((len(rated), categories))
    for k, s in enumerate(rated):
        hits, known = 0, 0
        for category in range(categories):
            hits += totals[s, category] - counts[s, category, 0]
            known += totals[s, category]
        overall = hits / max(known, 1)
        for category in range(categories):
            hit = totals[s, category] - counts[s, category, 0]
            rates[k, category] = (hit + overall) / (totals[s, category] + 1)
    return rates


def gather_rates(gathered: Gathered, sensors: Sensors, rows: Rows, was: Before) -> None:
    """Adds these rows. Signals that are learning or alarmed are left out."""
    _add_rates(sensors.each, rows.values, rows.categories, was, gathered)


@compiled
def _add_rates(
    each: NDArray[Any], values: Values, categories: NDArray[np.uint8], was: Before, gathered: Gathered
) -> None:
    """The first quiet values of a signal are passed over."""
    for k, s in enumerate(was.signals):
        if not each[s].active or each[s].alarmed:
            continue
        quiet, hits, expected = was.quiet[k], gathered.hits[s], gathered.expected[s]
        for j, value in enumerate(values[s]):
            if np.isnan(value):
                continue
            if quiet > 0:
                quiet -= 1
                continue
            hits += value
            expected += was.rates[k, categories[j]]
        gathered.hits[s], gathered.expected[s] = hits, expected
