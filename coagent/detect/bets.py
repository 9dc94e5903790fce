"""The table of bets: densities of a rank under some change, piecewise constant on cells that are finer in the tails.

Each is positive and averages one over the cells' widths, which is all that the guarantee asks of them.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.stats import norm

from coagent.detect.conformal_sensor import CELLS, FINE, TAIL

FLOOR = 1e-6

Table = NDArray[np.float32]


class Bets(NamedTuple):
    """`table` (CELLS, BETS) and `score` (CELLS,), the mean normal score of a cell, scaled to variance one."""

    table: Table
    score: NDArray[np.float32]


def cell_bounds() -> NDArray[np.float64]:
    """Shape (CELLS + 1,)."""
    tail = np.arange(TAIL) / FINE
    middle = np.linspace(TAIL / FINE, 1 - TAIL / FINE, CELLS - 2 * TAIL + 1)
    return np.concatenate([tail, middle[:-1], 1 - tail[::-1] - 1 / FINE, [1.0]])


def _location(bounds: NDArray[np.float64], shift: float, spread: float = 1.0) -> NDArray[np.float64]:
    """Ranks of a normal that moved by `shift` and is `spread` times as wide; exact cell averages."""
    edges = norm.ppf(bounds)
    return np.asarray(np.diff(norm.cdf((edges - shift) / spread)) / np.diff(bounds))


def _tail(bounds: NDArray[np.float64], depth: float, share: float, *, upper: bool) -> NDArray[np.float64]:
    """A share of the rows moved to the outermost `depth` of the reference."""
    inside = np.clip(bounds - (1 - depth), 0, None) if upper else np.clip(bounds, None, depth)
    return np.asarray((1 - share) + share / depth * np.diff(inside) / np.diff(bounds))


SHIFTS = (0.25, 0.5, 1.0, 1.5, 2.2, 3.2)
SPREADS = (1.4, 2.2, 0.7, 0.4)
UPPER = (0.001, 0.002, 0.004, 0.008, 0.016, 0.03, 0.06, 0.12, 0.25)
"""Depths an octave apart: a rate's rise is only seen well where the depth is about the rate itself."""
LOWER = (0.001, 0.004, 0.016, 0.06, 0.25)
INCREASES = (2.5, 10.0)
"""Moved share of rows as a multiple of the depth, at most MOST_MOVED."""
MOST_MOVED = 0.7
SWAPS = ((0.002, 0.5), (0.02, 0.5), (0.06, 0.8), (0.15, 0.85), (0.35, 0.95))
"""Nearly all rows moved: their own ranks widen as they join the reference, so the depth grows with the rows."""

STAKES = {"location": 3.0, "spread": 2.0, "upper": 1.0, "lower": 1.0, "swap": 0.5, "both": 1.0}
BINARY_STAKES = {"location": 0.3, "spread": 0.3, "upper": 2.0, "lower": 0.6, "swap": 0.3, "both": 0.3}
"""On each bet on a location, a spread, an upper and a lower tail, a swap, and on location with spread. A binary signal
has tails alone; a continuous one moves as a whole more often than far out.
"""


def _bets(bounds: NDArray[np.float64]) -> list[tuple[str, NDArray[np.float64]]]:
    """What each bets on, and its density."""
    bets = [("location", _location(bounds, sign * shift)) for shift in SHIFTS for sign in (1, -1)]
    bets += [("spread", _location(bounds, 0.0, spread)) for spread in SPREADS]
    for side, depths in (("upper", UPPER), ("lower", LOWER)):
        moved = [(side, depth, min(depth * increase, MOST_MOVED)) for depth in depths for increase in INCREASES]
        moved += [("swap", depth, share) for depth, share in SWAPS]
        bets += [(kind, _tail(bounds, depth, share, upper=side == "upper")) for kind, depth, share in moved]
    return [*bets, ("both", _location(bounds, 1.0, 1.6)), ("both", _location(bounds, -1.0, 1.6))]


@cache
def stakes(*, binary: bool) -> NDArray[np.float32]:
    """Shape (BETS,), one on average."""
    staked = BINARY_STAKES if binary else STAKES
    stake = np.array([staked[kind] for kind, _ in _bets(cell_bounds())])
    return np.asarray(stake / np.mean(stake), np.float32)


def _table(bets: list[NDArray[np.float64]], widths: NDArray[np.float64]) -> Table:
    table = np.maximum(np.array(bets).T, FLOOR)
    return np.ascontiguousarray(table / (widths @ table), np.float32)


def _scores(bounds: NDArray[np.float64]) -> NDArray[np.float32]:
    """Mean of the standard normal within each cell, by its density at the cell's ends."""
    widths = np.diff(bounds)
    mean = -np.diff(norm.pdf(norm.ppf(bounds))) / widths
    return np.asarray(mean / np.sqrt(widths @ mean**2), np.float32)


@cache
def bets() -> Bets:
    bounds = cell_bounds()
    widths = np.diff(bounds)
    densities = [density for _, density in _bets(bounds)]
    return Bets(_table(densities, widths), _scores(bounds))
