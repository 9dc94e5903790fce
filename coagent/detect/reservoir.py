"""What is kept of the rows themselves: a sample of the reference and the most recent rows."""

import numpy as np

from coagent.detect.constants import RECENT_ROWS, RESERVOIR_ROWS
from coagent.detect.rows import Rows, joined
from coagent.detect.sensor.row_noise import GOLDEN, mix

LOTTERY = GOLDEN ^ np.uint64(0x5DEECE66D)


def sampled(reservoir: Rows, rows: Rows) -> Rows:
    """Uniform sample of at most RESERVOIR_ROWS of the rows ever given, in row order.

    Each row's lot follows from its identity: the rows with the smallest ones make a uniform sample, in any order.
    """
    lots = mix(np.concatenate([reservoir.hashes, rows.hashes]) ^ LOTTERY)
    if len(lots) <= RESERVOIR_ROWS:
        return joined([reservoir, rows])
    limit = np.partition(lots, RESERVOIR_ROWS - 1)[RESERVOIR_ROWS - 1]
    stay, enter = np.flatnonzero(lots[: reservoir.size] <= limit), np.flatnonzero(lots[reservoir.size :] <= limit)
    return joined([reservoir.take(stay), rows.take(enter)]) if enter.size else reservoir


def recent(before: Rows, rows: Rows) -> Rows:
    """The last RECENT_ROWS rows."""
    if rows.size >= RECENT_ROWS:
        return rows.last(RECENT_ROWS)
    return joined([before.last(RECENT_ROWS - rows.size), rows])
