"""Statistics over the ranks of one part's rows: restarted Shiryaev-Roberts, as the stream's, on fewer bets."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import BANDS, BLOCKS, CALM, CELLS, DEVIATIONS, SECONDS_AT_ONCE, WIDEST
from coagent.detect.sensor.dead_band import MARGIN, TRUST, wander_of
from coagent.detect.sensor.densities import CAP, ONE, PART_MOVES, Tables
from coagent.detect.sensor.jit import compiled
from coagent.detect.sensor.part_signals import PART_SENSORS, PART_SIGNALS, Cells
from coagent.detect.sensor.sensed import BINARY, KINDS

Floats = NDArray[np.float64]
Floats32 = NDArray[np.float32]
Longs = NDArray[np.int64]

SIGNALS = len(PART_SIGNALS)
TRUSTED, TAKEN_OFF = TRUST[PART_SENSORS], MARGIN[PART_SENSORS]
RATE = BINARY[PART_SENSORS].astype(np.int64)
ROWS_AT_ONCE = np.where(BINARY[PART_SENSORS], 1, [BANDS[kind].rows_at_once for kind in KINDS[PART_SENSORS]])
CELL = 2 * WIDEST / CELLS
"""Width of a cell in normal scores."""


class PartStatistics(NamedTuple):
    """First axes: part, signal. `bets`: upward, then downward; `mean`: theirs. `low_at`: the stream's row at which
    `mean` was last below CALM. `waiting`, `waited`: as of the stream's evidence. `sums`, `blocks`, `band`: how the
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
    shape, lanes, sizes = (parts, SIGNALS), (parts, SIGNALS, 2 * PART_MOVES), (parts, SIGNALS, len(BLOCKS), 2)
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


def means_of(bets: Floats32) -> Floats:
    """As the compiled sum has them, to the last bit."""
    total = np.zeros(bets.shape[:2])
    for lane in range(2 * PART_MOVES):
        total += bets[..., lane]
    return total / (2 * PART_MOVES)


@compiled
def sense_parts(  # noqa: C901, PLR0912, PLR0917  see below
    first: int,
    last: int,
    stream_row: int,
    cells: Cells,
    times: Floats,
    parts: Longs,
    learning: bool,
    limits: Floats,
    prior: Floats,
    tables: Tables,
    statistics: PartStatistics,
) -> tuple[int, int, int]:
    """Rows `first` to `last` - 1, up to the first alarm: the next row, and that alarm's part and signal, or -1.

    `parts`: of each row by task and by tenant, -1 none, shape (2, rows); `stream_row`: the first row's number in the
    stream; `limits`: shape (parts, signals); `prior`: how far levels wander, in normal scores, shape (signals,).

    One body, arrays indexed to the end: with functions of its own, inlined or not, an update takes four times as long
    (80 ns for 20).
    """
    risen, fallen, _ = tables
    bets, means, low_at, waiting, waited, sums, blocks, bands, counts = statistics
    for i in range(first, last):
        part, signal, most = np.int64(-1), np.int64(-1), 1.0
        for dimension in range(2):
            if parts[dimension, i] < 0:
                continue
            p = np.uint64(parts[dimension, i])
            counts[p] += 1
            for k in range(np.uint64(SIGNALS)):
                if cells[i, k, 2] < 0:
                    continue
                plain, band, rate, total = np.int64(cells[i, k, 2]), bands[p, k], RATE[k], np.float64(0.0)
                up = np.uint64(max(min(np.int64(cells[i, k, 0]), plain - band), 0))
                down = np.uint64(max(min(np.int64(cells[i, k, 1]), CELLS - 1 - plain - band), 0))
                if ROWS_AT_ONCE[k] == 1:
                    for lane in range(np.uint64(PART_MOVES)):
                        bets[p, k, lane] = min((ONE + bets[p, k, lane]) * risen[rate, up, lane], CAP)
                        total += bets[p, k, lane]
                    for lane in range(np.uint64(PART_MOVES), np.uint64(2 * PART_MOVES)):
                        bets[p, k, lane] = min(
                            (ONE + bets[p, k, lane]) * fallen[rate, down, lane - np.uint64(PART_MOVES)], CAP
                        )
                        total += bets[p, k, lane]
                    means[p, k] = total / (2 * PART_MOVES)
                else:
                    for lane in range(np.uint64(PART_MOVES)):
                        waiting[p, k, lane] += risen[rate, up, lane]
                        waiting[p, k, np.uint64(PART_MOVES) + lane] += fallen[rate, down, lane]
                    waited[p, k, 1] = times[i] if waited[p, k, 0] == 0 else waited[p, k, 1]
                    waited[p, k, 0] += 1
                    if waited[p, k, 0] >= ROWS_AT_ONCE[k] and times[i] - waited[p, k, 1] >= SECONDS_AT_ONCE:
                        width = np.float32(waited[p, k, 0])
                        for lane in range(np.uint64(2 * PART_MOVES)):
                            bets[p, k, lane] = min((width + bets[p, k, lane]) * (waiting[p, k, lane] / width), CAP)
                            waiting[p, k, lane] = 0
                            total += bets[p, k, lane]
                        waited[p, k, 0], means[p, k] = 0, total / (2 * PART_MOVES)
                if learning:
                    sums[p, k, 0, 0] += ONE
                    sums[p, k, 0, 1] += np.float32((plain + 0.5) * CELL - WIDEST)
                    if sums[p, k, 0, 0] == BLOCKS[0]:
                        bands[p, k] = _band(k, means[p, k] < CALM, prior[k], sums[p, k], blocks[p, k])
                mean = means[p, k]
                if mean <= CALM:
                    low_at[p, k] = stream_row + i - first
                elif mean > most * limits[p, k]:
                    part, signal, most = np.int64(p), np.int64(k), mean / limits[p, k]
        if part >= 0:
            return i + 1, int(part), int(signal)
    return last, -1, -1


@compiled
def _band(k: int, calm: bool, prior: float, sums: Floats32, blocks: Floats32) -> int:
    """In cells, once a block of the smallest size is complete."""
    _complete(calm, sums, blocks)
    level = wander_of(blocks, prior, TRUSTED[k], TAKEN_OFF[k])  # type: ignore[arg-type]  # single precision does
    return int(np.ceil(DEVIATIONS * level / CELL))


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
