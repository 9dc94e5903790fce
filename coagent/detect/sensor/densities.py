"""What evidence is made of: densities of a rank, each of mean 1 where nothing changed, tabled by normal score."""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from coagent.detect.sensor.constants import CELLS, DEPTHS, EMPTIED, LEFT_OVER, SHARES, SHIFTS, SPREADS, TIMES, WIDEST
from coagent.detect.sensor.jit import compiled, inlined

Floats = NDArray[np.float64]
Table = NDArray[np.float32]
"""Shape (cells, bets)."""

MOVED = len(SHARES) * len(SHIFTS)
"""Bets on values that moved up; as many on values that moved down."""
WIDENED = len(SPREADS)
"""Bets on values that spread wider."""
BETS = 2 * MOVED + WIDENED
RATES_UP, RATES_DOWN = len(DEPTHS) * len(TIMES), len(EMPTIED)
"""Bets on rates that rise; those on rates that fall follow."""
Cell = int | NDArray[np.int64]
MIDDLE = CELLS // 2
"""Cell of what is neither high nor low."""
STEEPEST = 30.0
"""Exponents are cut here, which only the outermost cells reach: single precision holds it."""


class Tables(NamedTuple):
    """Upward moves of values, wider spread, rising rates, rates that fell. The first and third rise with the rank, the
    second outwards from the middle: the dead band rests on that.
    """

    moved: Table
    widened: Table
    risen: Table
    fallen: Table


@cache
def tables() -> Tables:
    """The same in every process; not to be written to."""
    edges = np.linspace(-WIDEST, WIDEST, CELLS + 1)
    middle, inner = (edges[1:] + edges[:-1]) / 2, ndtr(edges[1:-1])
    mass = np.diff(np.concatenate([[0.0], inner, [1.0]]))
    rank = ndtr(middle)
    moved = [1 - p + p * np.exp(np.minimum(d * middle - d * d / 2, STEEPEST)) for p in SHARES for d in SHIFTS]
    widened = [1 - p + p / k * np.exp(np.minimum(middle**2 / 2 * (1 - k**-2), STEEPEST)) for p, k in SPREADS]
    risen = [np.where(rank > 1 - d, m, 1.0) for d in DEPTHS for m in TIMES]
    fallen = [np.where(rank > 1 - d, LEFT_OVER, 1.0) for d in EMPTIED]
    return Tables(*[_fair(some, mass) for some in (moved, widened, risen, fallen)])


def _fair(densities: list[Floats], mass: Floats) -> Table:
    return np.array([one / (one @ mass) for one in densities]).T.astype(np.float32).copy()


def densities_of(up: Cell, down: Cell) -> NDArray[np.float32]:
    """Of each bet on values, by the cells of the score moved down and of the mirrored one moved up; last axis: bet."""
    table, outward = tables(), np.maximum(np.maximum(up, down), MIDDLE)
    return np.concatenate([table.moved[up], table.moved[down], table.widened[outward]], axis=-1)


@inlined
def cell(z: float) -> int:
    return int(min(max((z + WIDEST) * (CELLS / (2 * WIDEST)), 0.0), CELLS - 1.0))


@compiled
def normal_score(u: float) -> float:
    """Quantile of the standard normal, 0 < u < 1, to nine digits (Acklam's rational approximation)."""
    if 0.02425 < u < 0.97575:  # noqa: PLR2004  the approximation's own bounds and coefficients
        q = u - 0.5
        r = q * q
        top = ((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r
               - 30.66479806614716) * r + 2.506628277459239  # fmt: skip
        low = ((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r
               - 13.28068155288572) * r + 1.0  # fmt: skip
        return top * q / low
    q = np.sqrt(-2 * np.log(min(u, 1 - u)))
    top = ((((-0.007784894002430293 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q
           + 4.374664141464968) * q + 2.938163982698783  # fmt: skip
    low = (((0.007784695709041462 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1.0
    return float(top / low if u < 0.5 else -top / low)  # noqa: PLR2004
