"""Lasting changes of speed: means over minutes, each ranked among the means before it.

A host of another speed moves every row of its stay, but a mean over many stays hardly; a change that stays moves every
mean. Where rows are exchangeable, so are the means, as each is one of as many rows: the promise holds here too.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.sensor.constants import (
    BAND_DEVIATIONS,
    BINS,
    BLOCKS,
    CALM,
    CELLS,
    MOST_EVIDENCE,
    SLOW_ROWS,
    SLOW_S,
    SLOW_SHARE,
    SLOW_TRUST,
    SLOW_WANDER,
    SPEED,
    WIDEST,
)
from coagent.detect.sensor.dead_band import roll, wander_of
from coagent.detect.sensor.densities import BETS, cell, normal_score, tables
from coagent.detect.sensor.row_noise import Hashes, uniform
from coagent.detect.sensor.sensed import BINARY, KINDS

Floats = NDArray[np.float64]

SLOW = np.flatnonzero((KINDS == SPEED) & ~BINARY)
"""Sensors that have a slow statistic."""
STEP, PLACES = 2 * WIDEST / BINS, np.arange(BINS, dtype=np.float64)
"""Of the means' grid."""
NO_ROW = np.iinfo(np.uint64).max
SALT = 1_000
"""Of the noise that breaks ties; sensors' own are their numbers."""


class Slow(NamedTuple):
    """First axis, but for `block`: SLOW. `block`: rows and first time of the running block. `keys` and `scores`: of the
    SLOW_ROWS rows of it with the lowest hashes, NO_ROW where there are fewer. `counts`: means before, by place on a
    grid of normal scores. `sums` and `blocks`: how the means wander, as in `dead_band.Wander`. `bets`: evidence.
    """

    block: Floats
    keys: Hashes
    scores: Floats
    counts: NDArray[np.int32]
    sums: Floats
    blocks: Floats
    bets: NDArray[np.float32]


def no_slow() -> Slow:
    count = len(SLOW)
    return Slow(
        np.zeros(2),
        np.full((count, SLOW_ROWS), NO_ROW, np.uint64),
        np.zeros((count, SLOW_ROWS)),
        np.zeros((count, BINS), np.int32),
        np.zeros((count, len(BLOCKS), 2)),
        np.zeros((count, len(BLOCKS), 2)),
        np.zeros((count, BETS), np.float32),
    )


def block_end(slow: Slow, times: Floats) -> int | None:
    """How many of the next rows complete the block, None where they do not."""
    if not len(times):
        return None
    began = slow.block[1] if slow.block[0] else times[0]
    full = (np.arange(1, len(times) + 1) + slow.block[0] >= SLOW_ROWS) & (times - began >= SLOW_S)
    return int(full.argmax()) + 1 if full.any() else None


def gather(slow: Slow, scores: Floats, hashes: Hashes, times: Floats) -> None:
    """Rows of the running block. `scores`: normal scores of all sensors, NaN unknown, shape (sensors, rows)."""
    if len(times) and not slow.block[0]:
        slow.block[1] = times[0]
    slow.block[0] += len(times)
    for k, sensor in enumerate(SLOW):
        known = np.flatnonzero(np.isfinite(scores[sensor]))
        keys = np.concatenate([slow.keys[k], hashes[known]])
        lowest = np.argsort(keys, kind="stable")[:SLOW_ROWS]
        slow.scores[k] = np.concatenate([slow.scores[k], scores[sensor, known]])[lowest]
        slow.keys[k] = keys[lowest]


def close(slow: Slow, row_hash: np.uint64, *, learning: bool) -> None:
    """The block is complete with the row of this hash; its means are judged, and join those before."""
    if learning:
        for k in np.flatnonzero((slow.keys != NO_ROW).all(axis=1)).tolist():
            _judge(slow, k, float(slow.scores[k].mean()), uniform(np.array([row_hash]), SALT + k)[0])
    slow.block[:], slow.keys[:] = 0, NO_ROW


def _judge(slow: Slow, k: int, mean: float, xi: float) -> None:
    counts, bets, moved = slow.counts[k], slow.bets[k], tables().moved
    band = _band(counts, slow.blocks[k])
    up, down = cell(_score(counts, mean - band, xi)), CELLS - 1 - cell(_score(counts, mean + band, xi))
    bets[:] = np.minimum((1 + bets) * np.concatenate([moved[up], moved[down]]), MOST_EVIDENCE)
    slow.sums[k, 0] += 1, _score(counts, mean, xi)
    counts[_place(mean)] += 1
    roll(bool(bets.mean() < CALM), slow.sums[k], slow.blocks[k])


def _place(mean: float) -> int:
    return int(np.clip((mean + WIDEST) / STEP, 0, BINS - 1))


def _score(counts: NDArray[np.int32], mean: float, xi: float) -> float:
    """Normal score of its rank among the means before."""
    place = _place(mean)
    below = int(counts[:place].sum())
    return normal_score((below + xi * (int(counts[place]) + 1)) / (int(counts.sum()) + 1))


def _band(counts: NDArray[np.int32], blocks: Floats) -> float:
    """Dead band of a mean, in deviations of a row; the wandering is measured in deviations of a mean."""
    rows = max(int(counts.sum()), 1)
    level = float(counts @ PLACES) / rows
    spread = max(STEP * float(np.sqrt(counts @ (PLACES - level) ** 2 / rows)), float(SLOW_ROWS**-0.5))
    return BAND_DEVIATIONS * spread * float(wander_of(blocks, SLOW_WANDER / spread, SLOW_TRUST, 1.0))


def over(slow: Slow, promise_rows: float, slack: float) -> Floats:
    """Evidence of each over its limit. At most one mean comes in SLOW_ROWS rows, so the limit is as much lower."""
    limit = slack * promise_rows * len(SLOW) / SLOW_SHARE / SLOW_ROWS
    return np.asarray(slow.bets.mean(axis=1, dtype=np.float64) / limit)
