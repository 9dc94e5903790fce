"""Statistics over the ranks of one part's rows: restarted Shiryaev-Roberts, as the stream's, on fewer bets."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.sensor.constants import (
    BAND_DEVIATIONS,
    BANDS,
    BLOCKS,
    CALM,
    CELLS,
    MOST_EVIDENCE,
    SECONDS_AT_ONCE,
    WIDEST,
)
from coagent.detect.sensor.dead_band import MARGIN, TRUST, wander_of
from coagent.detect.sensor.jit import compiled, inlined
from coagent.detect.sensor.part_bets import LANES, PartTables
from coagent.detect.sensor.part_signals import PART_SENSORS, PART_SIGNALS, Cells
from coagent.detect.sensor.sensed import BINARY, KINDS

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Longs = NDArray[np.int64]

SIGNALS = len(PART_SIGNALS)
RATE = BINARY[PART_SENSORS].astype(np.int64)
ROWS_AT_ONCE = np.where(BINARY[PART_SENSORS], 1, [BANDS[kind].rows_at_once for kind in KINDS[PART_SENSORS]])
TRUSTED, TAKEN_OFF = TRUST[PART_SENSORS], MARGIN[PART_SENSORS]
CELL = 2 * WIDEST / CELLS
"""Width of a cell in normal scores."""
ONE, CAP = np.float32(1.0), np.float32(MOST_EVIDENCE)
LOW = 10.0
"""A change began after the last row with less evidence than this; chance alone is above it a tenth of the time."""


class PartStatistics(NamedTuple):
    """First axes: part, signal. `bets`: upward, then downward; `mean`: theirs. `low_at`: the stream's row at which
    `mean` was last below LOW. `waiting`, `waited`: as of the stream's evidence. `sums`, `blocks`, `band`: how the
    part's own level wanders, the band in cells. `rows`: of each part, since it has statistics.
    """

    bets: Floats32
    mean: Floats
    low_at: Longs
    waiting: Floats32
    waited: Floats
    sums: Floats32
    blocks: Floats32
    band: Longs
    rows: Longs


def no_statistics(parts: int) -> PartStatistics:
    shape, lanes, sizes = (parts, SIGNALS), (parts, SIGNALS, 2 * LANES), (parts, SIGNALS, len(BLOCKS), 2)
    return PartStatistics(
        bets=np.zeros(lanes, np.float32),
        mean=np.zeros(shape),
        low_at=np.zeros(shape, np.int64),
        waiting=np.zeros(lanes, np.float32),
        waited=np.zeros((*shape, 2)),
        sums=np.zeros(sizes, np.float32),
        blocks=np.zeros(sizes, np.float32),
        band=np.zeros(shape, np.int64),
        rows=np.zeros(parts, np.int64),
    )


@compiled
def sense_parts(  # noqa: PLR0917  compiled functions take their arrays by position
    first: int,
    last: int,
    stream_row: int,
    cells: Cells,
    times: Floats,
    parts: Longs,
    learning: bool,
    limits: Floats,
    prior: Floats,
    tables: PartTables,
    statistics: PartStatistics,
) -> tuple[int, int, int]:
    """Rows `first` to `last` - 1, up to the first alarm: the next row, and that alarm's part and signal, or -1.

    `parts`: of each row by task and by tenant, -1 none, shape (2, rows); `stream_row`: the first row's number in the
    stream; `limits`: shape (parts, signals); `prior`: how far levels wander, in normal scores, shape (signals,).
    """
    for i in range(first, last):
        part, signal, most = -1, -1, 1.0
        for dimension in range(2):
            p = parts[dimension, i]
            if p < 0:
                continue
            statistics.rows[p] += 1
            for k in range(SIGNALS):
                if cells[2, k, i] < 0:
                    continue
                _row(p, k, i, cells, times, learning, prior[k], tables, statistics)
                if statistics.mean[p, k] <= LOW:
                    statistics.low_at[p, k] = stream_row + i - first
                elif statistics.mean[p, k] > most * limits[p, k]:
                    part, signal, most = p, k, statistics.mean[p, k] / limits[p, k]
        if part >= 0:
            return i + 1, part, signal
    return last, -1, -1


@inlined
def _row(  # noqa: PLR0917  compiled functions take their arrays by position
    p: int,
    k: int,
    i: int,
    cells: Cells,
    times: Floats,
    learning: bool,
    prior: float,
    tables: PartTables,
    statistics: PartStatistics,
) -> None:
    plain, band = np.int64(cells[2, k, i]), statistics.band[p, k]
    up = max(min(np.int64(cells[0, k, i]), plain - band), 0)
    down = max(min(np.int64(cells[1, k, i]), CELLS - 1 - plain - band), 0)
    risen, fallen, bets = tables.up[RATE[k], up], tables.down[RATE[k], down], statistics.bets[p, k]
    if ROWS_AT_ONCE[k] == 1:
        statistics.mean[p, k] = _multiplied(risen, fallen, bets)
    elif _wait(k, risen, fallen, times[i], statistics.waiting[p, k], statistics.waited[p, k]):
        statistics.mean[p, k] = _at_once(statistics.waiting[p, k], statistics.waited[p, k], bets)
    if learning:
        score = np.float32((plain + 0.5) * CELL - WIDEST)
        sums = statistics.sums[p, k]
        sums[0, 0] += ONE
        sums[0, 1] += score
        if sums[0, 0] == BLOCKS[0]:
            _complete(statistics.mean[p, k] < CALM, sums, statistics.blocks[p, k])
            level = wander_of(statistics.blocks[p, k], prior, TRUSTED[k], TAKEN_OFF[k])
            statistics.band[p, k] = int(np.ceil(BAND_DEVIATIONS * level / CELL))


@inlined
def _multiplied(risen: Floats32, fallen: Floats32, bets: Floats32) -> float:
    total = np.float64(0.0)
    for lane in range(np.uint64(LANES)):
        bets[lane] = min((ONE + bets[lane]) * risen[lane], CAP)
        total += bets[lane]
    for lane in range(np.uint64(LANES)):
        bets[np.uint64(LANES) + lane] = min((ONE + bets[np.uint64(LANES) + lane]) * fallen[lane], CAP)
        total += bets[np.uint64(LANES) + lane]
    return total / (2 * LANES)


@inlined
def _wait(  # noqa: PLR0917  compiled functions take their arrays by position
    k: int, risen: Floats32, fallen: Floats32, time_s: float, waiting: Floats32, waited: Floats
) -> bool:
    """Whether enough rows and seconds are together to make one piece of evidence."""
    if waited[0] == 0:
        waited[1] = time_s
    waited[0] += 1
    for lane in range(np.uint64(LANES)):
        waiting[lane] += risen[lane]
        waiting[np.uint64(LANES) + lane] += fallen[lane]
    return bool(waited[0] >= ROWS_AT_ONCE[k] and time_s - waited[1] >= SECONDS_AT_ONCE)


@inlined
def _at_once(waiting: Floats32, waited: Floats, bets: Floats32) -> float:
    width, total = np.float32(waited[0]), np.float64(0.0)
    for lane in range(np.uint64(2 * LANES)):
        bets[lane] = min((width + bets[lane]) * (waiting[lane] / width), CAP)
        waiting[lane] = 0
        total += bets[lane]
    waited[0] = 0
    return total / (2 * LANES)


@compiled
def _complete(calm: bool, sums: Floats32, blocks: Floats32) -> None:
    """A block of the smallest size, and of larger ones those that end with it."""
    for size in range(len(BLOCKS)):
        if sums[size, 0] < BLOCKS[size]:
            break
        if calm:
            blocks[size, 0] += ONE
            blocks[size, 1] += sums[size, 1] ** 2 / np.float32(BLOCKS[size])
        if size + 1 < len(BLOCKS):
            sums[size + 1] += sums[size]
        sums[size] = 0
