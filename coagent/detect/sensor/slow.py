"""Lasting changes of speed: means over minutes, each ranked among the means before it.

A host of another speed moves every row of its stay, but a mean over many stays hardly; a change that stays moves every
mean. Where rows are exchangeable, so are the means, as each is one of as many rows: the promise holds here too.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import (
    ASIDE,
    BINS,
    BLOCKS,
    CALM,
    CELLS,
    DEVIATIONS,
    SLOW_ROWS,
    SLOW_S,
    SLOW_TRUST,
    SLOW_WANDER,
    WIDEST,
)
from coagent.detect.sensor.dead_band import roll, wander_of
from coagent.detect.sensor.densities import BETS, Tables, bet, cell, look_up, normal_score
from coagent.detect.sensor.jit import compiled, inlined
from coagent.detect.sensor.row_noise import mix_one, uniform_of
from coagent.detect.sensor.sensed import IS_LEVEL

Floats = NDArray[np.float64]
Counts = NDArray[np.int32]
Lane = NDArray[np.float32]

STEP, PLACES = 2 * WIDEST / BINS, np.arange(BINS, dtype=np.float64)
"""Of the means' grid."""
WEIGHT = SLOW_ROWS * ASIDE / (1 - ASIDE)
"""Of slow evidence beside that of rows: a mean comes once in so many rows, for its share of the signal's budget."""
SLOW = np.flatnonzero(IS_LEVEL)
PLACE_OF = np.maximum(np.cumsum(IS_LEVEL) - 1, 0)
"""Of a sensor, among SLOW; of no meaning where it has no slow statistic."""


class Slow(NamedTuple):
    """First axis: SLOW. `block`: rows and first time of the running block; `scores`: of SLOW_ROWS rows drawn from it.
    `counts`: means before, by place on a grid of normal scores. `sums` and `blocks`: how the means wander, as in
    `dead_band.Wander`. `bets`: evidence.
    """

    block: Floats
    scores: Floats
    counts: Counts
    sums: Floats
    blocks: Floats
    bets: NDArray[np.float32]


def no_slow() -> Slow:
    count = len(SLOW)
    return Slow(
        np.zeros((count, 2)),
        np.zeros((count, SLOW_ROWS)),
        np.zeros((count, BINS), np.int32),
        np.zeros((count, len(BLOCKS), 2)),
        np.zeros((count, len(BLOCKS), 2)),
        np.zeros((count, BETS), np.float32),
    )


@inlined
def slow_of(slow: Slow, s: int) -> Slow:
    """Of one signal: without the first axis."""
    k = PLACE_OF[s]
    return Slow(slow.block[k], slow.scores[k], slow.counts[k], slow.sums[k], slow.blocks[k], slow.bets[k])


@inlined
def is_complete(z: float, drawn: np.uint64, time_s: float, slow: Slow) -> bool:
    """A row's normal score may be one of the block's; whether the block is complete with it. `drawn`: the row's own."""
    block = slow.block
    if block[0] == 0:
        block[1] = time_s
    place = np.uint64(block[0])
    if place >= SLOW_ROWS:
        place = drawn % (place + np.uint64(1))
    if place < SLOW_ROWS:
        slow.scores[place] = z
    block[0] += 1
    return bool(block[0] >= SLOW_ROWS and time_s - block[1] >= SLOW_S)


@compiled
def judge(drawn: np.uint64, tables: Tables, slow: Slow) -> float:
    """Evidence once the block's mean is known, and joins those before; on the scale of the rows' evidence."""
    counts, bets, mean, xi = slow.counts, slow.bets, slow.scores.mean(), uniform_of(mix_one(drawn))
    band = _band(counts, slow.blocks)
    up, down = cell(_score(counts, mean - band, xi)), CELLS - 1 - cell(_score(counts, mean + band, xi))
    found = np.empty(BETS, np.float32)
    look_up(0, up, down, tables, found)
    total = bet(found, bets)
    slow.sums[0, 0] += 1
    slow.sums[0, 1] += _score(counts, mean, xi)
    counts[_place(mean)] += 1
    slow.block[:] = 0
    roll(total / BETS < CALM, slow.sums, slow.blocks)
    return WEIGHT * total / BETS


@inlined
def _place(mean: float) -> int:
    return int(min(max((mean + WIDEST) / STEP, 0.0), BINS - 1.0))


@compiled
def _score(counts: Counts, mean: float, xi: float) -> float:
    """Normal score of its rank among the means before."""
    place = _place(mean)
    return normal_score((counts[:place].sum() + xi * (counts[place] + 1)) / (counts.sum() + 1))


@compiled
def _band(counts: Counts, blocks: Floats) -> float:
    """Dead band of a mean, in deviations of a row; the wandering is measured in deviations of a mean."""
    rows = max(counts.sum(), 1)
    level = (counts * PLACES).sum() / rows
    spread = max(STEP * np.sqrt((counts * (PLACES - level) ** 2).sum() / rows), SLOW_ROWS**-0.5)
    return float(DEVIATIONS * spread * wander_of(blocks, SLOW_WANDER / spread, SLOW_TRUST, 1.0))
