"""What is gathered of a batch for the pool while its rows are sensed."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.rows import Rows
from coagent.detect.sensors import Sensors
from coagent.detect.signals import BINARY, COUNT, COVARIATE
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
    values = rows.values[RATED[telling]]
    known = np.isfinite(values)
    known &= known.cumsum(axis=1) > was.quiet[telling][:, None]
    gathered.hits[RATED[telling]] += np.where(known, values, 0).sum(axis=1)
    gathered.expected[RATED[telling]] += (known * was.rates[telling][:, rows.categories]).sum(axis=1)
