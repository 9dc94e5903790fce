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


def sampled(reservoir: Rows, rows: Rows) -> Rows:
    """Uniform sample of at most RESERVOIR_ROWS of the rows ever given, in row order.

    Each row's lot follows from its identity: the rows with the smallest ones make a uniform sample, in any order.
    """
    held = reservoir.size
    if held == RESERVOIR_ROWS:
        rows = rows.take(np.flatnonzero(_lots(rows.hashes) < _lots(reservoir.hashes).max()))
    if held + rows.size <= RESERVOIR_ROWS:
        return joined([reservoir, rows]) if rows.size else reservoir
    lots = _lots(np.concatenate([reservoir.hashes, rows.hashes]))
    chosen = np.sort(np.argpartition(lots, RESERVOIR_ROWS)[:RESERVOIR_ROWS])
    kept = int(np.searchsorted(chosen, held))
    return joined([reservoir.take(chosen[:kept]), rows.take(chosen[kept:] - held)])


def _lots(hashes: Hashes) -> Hashes:
    return mix(hashes ^ LOTTERY)


def recent(before: Rows, rows: Rows) -> Rows:
    """The last RECENT_ROWS rows."""
    if rows.size >= RECENT_ROWS:
        return rows.last(RECENT_ROWS)
    return joined([before.last(RECENT_ROWS - rows.size), rows])
