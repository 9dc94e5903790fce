"""Bets on one part of a stream: fewer than on the whole, since each busy part holds them for each of its signals."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from coagent.detect.sensor.constants import CELLS, LEFT_OVER, WIDEST

Table = NDArray[np.float32]
"""Shape (values or rates, cells, lanes)."""

SHARE, SHIFTS = 0.9, (0.7, 1.4, 2.8)
"""One tenant's rows are served alike, so a change moves nearly all of them; by so many deviations."""
RISEN = ((0.02, 20.0), (0.06, 10.0), (0.25, 3.0))
"""A rate that rises: the upper share of ranks comes so many times as often."""
EMPTIED = (0.04, 0.12, 0.25)
"""A rate that falls: of the upper share of ranks LEFT_OVER is left."""
LANES = len(SHIFTS)
"""Bets a direction."""


class PartTables(NamedTuple):
    """Densities of mean 1 where nothing changed. `up`: by the cell of the normal score; `down`: by that of the mirrored
    score. Both rise with the cell, so that a dead band only lowers evidence.
    """

    up: Table
    down: Table


@cache
def part_tables() -> PartTables:
    """The same in every process; not to be written to."""
    edges = np.linspace(-WIDEST, WIDEST, CELLS + 1)
    middle = (edges[1:] + edges[:-1]) / 2
    mass, rank = np.diff(np.concatenate([[0.0], ndtr(edges[1:-1]), [1.0]])), ndtr(middle)
    moved = np.array([1 - SHARE + SHARE * np.exp(d * middle - d * d / 2) for d in SHIFTS])
    risen = np.array([np.where(rank > 1 - depth, times, 1.0) for depth, times in RISEN])
    fallen = np.array([np.where(rank < depth, LEFT_OVER, 1.0) for depth in EMPTIED])  # of the mirrored rank
    up, down = np.stack([moved, risen]), np.stack([moved, fallen])
    return PartTables(
        *[(one / (one @ mass)[..., None]).transpose(0, 2, 1).astype(np.float32).copy() for one in (up, down)]
    )
