"""What evidence is made of: densities of a rank, each of mean 1 where nothing changed, tabled by normal score."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from coagent.detect.constants import (
    CELLS,
    DEPTHS,
    EMPTIED,
    JOINED,
    LEFT_OVER,
    MOST_EVIDENCE,
    PART_EMPTIED,
    PART_RISEN,
    PART_SHIFTS,
    SHARES,
    SHIFTS,
    SPREADS,
    TIMES,
    WIDEST,
)
from coagent.detect.sensor.jit import compiled, inlined

Floats = NDArray[np.float64]
Table = NDArray[np.float32]
"""Shape (values or rates, cells, bets); of a stream's, values and rates once more for each of JOINED."""
Lane = NDArray[np.float32]
"""A number a bet: those on what moved up, as many on what moved down, those on what spreads wider. There are fewer bets
on rates; the densities of those that there are not are 0.
"""

MOVED, WIDENED = len(SHARES) * len(SHIFTS), len(SPREADS)
BETS = 2 * MOVED + WIDENED
RATE_BETS = len(DEPTHS) * len(TIMES) + len(EMPTIED)
PART_MOVES = len(PART_SHIFTS)
"""Bets a direction on one part of a stream."""
Cell = int | NDArray[np.int64]
MIDDLE = CELLS // 2
"""Cell of what is neither high nor low."""
JOINED_STEP = JOINED[1]
ONE, CAP = np.float32(1.0), np.float32(MOST_EVIDENCE)


class Tables(NamedTuple):
    """Densities by the cell of the normal score, of the mirrored score, and of whichever is further out. All rise with
    the cell: the dead band rests on that.
    """

    up: Table
    down: Table
    wide: Table


@cache
def tables() -> Tables:
    """The same in every process; not to be written to."""
    moved, risen = [_moved(p, d) for p in SHARES for d in SHIFTS], [_risen(d, m) for d in DEPTHS for m in TIMES]
    wide = [1 - p + p / k * np.exp(_middles() ** 2 / 2 * (1 - k**-2)) for p, k in SPREADS]
    found = _table(moved, risen), _table(moved, list(map(_fallen, EMPTIED))), _table(wide, [])
    return Tables(*[np.concatenate([_joined(one, share) for share in JOINED]) for one in found])


@cache
def part_tables() -> Tables:
    """The same for one part of a stream."""
    moved, risen = [_moved(SHARES[-1], d) for d in PART_SHIFTS], [_risen(*one) for one in PART_RISEN]
    return Tables(_table(moved, risen), _table(moved, list(map(_fallen, PART_EMPTIED))), _table([], []))


def _middles() -> Floats:
    edges = np.linspace(-WIDEST, WIDEST, CELLS + 1)
    return np.asarray(edges[1:] + edges[:-1]) / 2


def _moved(share: float, shift: float) -> Floats:
    return np.asarray(1 - share + share * np.exp(shift * _middles() - shift**2 / 2))


def _risen(depth: float, times: float) -> Floats:
    return np.where(ndtr(_middles()) > 1 - depth, times, 1.0)


def _fallen(depth: float) -> Floats:
    """Of the mirrored score."""
    return np.where(ndtr(_middles()) < depth, LEFT_OVER, 1.0)


def _table(values: Sequence[Floats], rates: Sequence[Floats]) -> Table:
    """Each of mean 1 where nothing changed."""
    found = np.zeros((2, CELLS, len(values)), np.float32)
    for kind, densities in enumerate((values, rates)):
        for bet, one in enumerate(densities):
            found[kind, :, bet] = one / (one @ _mass())
    return found


def _mass() -> Floats:
    """Of each cell where nothing changed."""
    return np.diff(ndtr(np.linspace(-WIDEST, WIDEST, CELLS + 1)[1:-1]), prepend=0.0, append=1.0)


def _joined(table: Table, share: float) -> Table:
    """The same densities of a rank among rows of which such a share changed too."""
    found, mass = table.copy(), _mass()
    unchanged = np.append(0.0, np.cumsum(mass)) / mass.sum()
    for kind, bet in zip(*np.nonzero(table.any(axis=1)), strict=True):
        changed = np.append(0.0, np.cumsum(table[kind, :, bet] * mass))
        changed /= changed[-1]
        ranked = np.interp(unchanged, unchanged + share * (changed - unchanged), changed)
        found[kind, :, bet] = np.diff(ranked) / mass
    found[:, MIDDLE:] = np.maximum.accumulate(found[:, MIDDLE:], axis=1)  # where rounding made it fall
    return found


def densities_of(up: Cell, down: Cell, rate: int = 0) -> NDArray[np.float32]:
    """Of each bet, by the cells of the score moved down and of the mirrored one moved up; last axis: bet."""
    table, outward = tables(), np.maximum(np.maximum(up, down), MIDDLE)
    return np.concatenate([table.up[rate, up], table.down[rate, down], table.wide[rate, outward]], axis=-1)


@inlined
def joined_place(going: float, rows: int) -> int:
    """Of JOINED: the share that so many changed rows are of all that a reference holds."""
    return min(int(going / max(rows, 1) / JOINED_STEP + 0.5), len(JOINED) - 1)


@inlined
def look_up(rate: int, up: int, down: int, tables: Tables, found: Lane) -> None:
    """The same into `found`."""
    outward = max(up, down, MIDDLE)
    for k in range(np.uint64(MOVED)):
        found[k] = tables.up[rate, up, k]
    for k in range(np.uint64(MOVED)):
        found[np.uint64(MOVED) + k] = tables.down[rate, down, k]
    for k in range(np.uint64(WIDENED)):
        found[np.uint64(2 * MOVED) + k] = tables.wide[rate, outward, k]


@inlined
def bet(found: Lane, bets: Lane) -> float:
    """Restarted Shiryaev-Roberts with one more row of these densities: the sum of all bets."""
    total = np.float64(0.0)
    for k in range(np.uint64(BETS)):
        bets[k] = min((ONE + bets[k]) * found[k], CAP)
    for k in range(np.uint64(BETS)):  # in lanes: the order is fixed, so that every machine finds the same
        total += bets[k]
    return total


@inlined
def bet_at_once(waiting: Lane, waited: Floats, bets: Lane) -> float:
    """The same of several rows, by the mean of their densities: fair however much they hang together."""
    width, total = np.float32(waited[0]), np.float64(0.0)
    for k in range(np.uint64(BETS)):
        bets[k] = min((width + bets[k]) * (waiting[k] / width), CAP)
        waiting[k] = 0
    waited[0] = 0
    for k in range(np.uint64(BETS)):
        total += bets[k]
    return total


@inlined
def wait(found: Lane, time_s: float, waiting: Lane, waited: Floats) -> None:
    """One more row to be counted at once with others; `waited`: how many there are, and the first one's time."""
    if waited[0] == 0:
        waited[1] = time_s
    waited[0] += 1
    for k in range(np.uint64(BETS)):
        waiting[k] += found[k]


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
