"""What is kept of the rows themselves: a sample of the reference and the most recent rows."""

import numpy as np

from coagent.detect.conformal_sensor import GOLDEN
from coagent.detect.noise import Hashes, mix
from coagent.detect.rows import Rows, joined

RESERVOIR_ROWS = 192
RECENT_ROWS = 256
SUSPICIOUS_ROWS = 64
"""Rows between onset and alarm that are kept, the latest ones."""
LOTTERY = GOLDEN ^ np.uint64(0x5DEECE66D)


def lots(rows: Rows) -> Hashes:
    """Each row's lot, from its identity: the rows with the smallest ones make a uniform sample, in any order."""
    return mix(rows.hashes ^ LOTTERY)


def sampled(reservoir: Rows, rows: Rows) -> Rows:
    """Uniform sample of at most RESERVOIR_ROWS of the rows ever given, in row order."""
    if reservoir.size == RESERVOIR_ROWS:
        worst = lots(reservoir).max()
        rows = rows.take(lots(rows) < worst)
        if not rows.size:
            return reservoir
    everything = joined([reservoir, rows])
    if everything.size <= RESERVOIR_ROWS:
        return everything
    chosen = np.sort(np.argpartition(lots(everything), RESERVOIR_ROWS)[:RESERVOIR_ROWS])
    return everything.take(chosen)


def recent(before: Rows, rows: Rows) -> Rows:
    """The last RECENT_ROWS rows."""
    if rows.size >= RECENT_ROWS:
        return rows.last(RECENT_ROWS)
    return joined([before.last(RECENT_ROWS - rows.size), rows])
