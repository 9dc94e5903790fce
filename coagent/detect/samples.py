"""What is kept of the rows themselves: a sample of the reference and the most recent rows."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.compiled import compiled
from coagent.detect.conformal_sensor import GOLDEN
from coagent.detect.noise import Hashes, mix, mix_one
from coagent.detect.rows import Rows, joined

RESERVOIR_ROWS = 192
RECENT_ROWS = 256
SUSPICIOUS_ROWS = 64
"""Rows between onset and alarm that are kept, the latest ones."""
LOTTERY = GOLDEN ^ np.uint64(0x5DEECE66D)


def sampled(reservoir: Rows, rows: Rows) -> Rows:
    """Uniform sample of at most RESERVOIR_ROWS of the rows ever given, in row order.

    Each row's lot follows from its identity: the rows with the smallest ones make a uniform sample, in any order.
    """
    if reservoir.size == RESERVOIR_ROWS:
        able = _able(reservoir.hashes, rows.hashes)
        if not able.size:
            return reservoir
        rows = rows.take(able)
    both = joined([reservoir, rows])
    if both.size <= RESERVOIR_ROWS:
        return both
    lots = mix(both.hashes ^ LOTTERY)
    return both.take(np.sort(np.argpartition(lots, RESERVOIR_ROWS)[:RESERVOIR_ROWS]))


@compiled
def _able(held: Hashes, fresh: Hashes) -> NDArray[np.int64]:
    """Which fresh rows have a smaller lot than some that are held."""
    worst = np.uint64(0)
    for row in held:
        worst = max(worst, mix_one(row ^ LOTTERY))
    able, count = np.empty(len(fresh), np.int64), 0
    for j in range(len(fresh)):
        if mix_one(fresh[j] ^ LOTTERY) < worst:
            able[count] = j
            count += 1
    return able[:count]


def recent(before: Rows, rows: Rows) -> Rows:
    """The last RECENT_ROWS rows."""
    if rows.size >= RECENT_ROWS:
        return rows.last(RECENT_ROWS)
    return joined([before.last(RECENT_ROWS - rows.size), rows])
