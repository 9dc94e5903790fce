"""Rows through all sensors of a stream, up to the first alarm: one compiled call a batch."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.sensor.constants import (
    BANDS,
    BETTER_WEIGHT,
    CELLS,
    MOST_EVIDENCE,
    SECONDS_AT_ONCE,
    SHARES,
    SHIFTS,
)
from coagent.detect.sensor.dead_band import Wander, learn, level_of
from coagent.detect.sensor.densities import (
    BETS,
    MIDDLE,
    MOVED,
    RATES_DOWN,
    RATES_UP,
    WIDENED,
    Table,
    Tables,
    cell,
    normal_score,
)
from coagent.detect.sensor.grid import Bins
from coagent.detect.sensor.jit import compiled, inlined
from coagent.detect.sensor.levels import Levels, fell, levels_of
from coagent.detect.sensor.part_signals import PART_SIGNAL_OF, Cells
from coagent.detect.sensor.reference import Reference, add, ranks, reference_of
from coagent.detect.sensor.row_noise import mix_one, uniform_of
from coagent.detect.sensor.sensed import BETTER, BINARY, COUNT, IS_LEVEL, KINDS
from coagent.detect.sensor.slow import Slow, is_complete, judge, slow_of

Floats = NDArray[np.float64]
Categories = NDArray[np.int64]
"""Of each row under each plan, shape (plans, rows)."""
Hashes = NDArray[np.uint64]
Lane = NDArray[np.float32]
"""A number a bet."""
Moves = NDArray[np.int16]
"""Of each signal and row: cells of the score moved down and of the mirrored score moved up by the dead band, -1 where
the value is unknown; shape (signals, rows, 2).
"""

CALM = np.array([BANDS[kind].calm for kind in KINDS])
ROWS_AT_ONCE = np.array([1 if BINARY[s] else BANDS[KINDS[s]].rows_at_once for s in range(COUNT)])
FALL_WEIGHT = np.where(BINARY & (BETTER < 0), BETTER_WEIGHT, 1.0)
"""Of bets on rates that fall."""
LASTING_SHIFTS = np.array(SHIFTS)
ONE, CAP = np.float32(1.0), np.float32(MOST_EVIDENCE)
SALTS = np.arange(1, COUNT + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)


class Evidence(NamedTuple):
    """Of each signal. `bets`: restarted Shiryaev-Roberts statistic of each bet; `mean`: their mean, `peak`: its highest
    since evidence began. `waiting`: sums of
    the bets' densities over rows that will count as one, `waited`: how many rows these are and the first one's time.
    """

    bets: Table
    mean: Floats
    peak: Floats
    waiting: Table
    waited: Floats


class Sensed(NamedTuple):
    """What rows change, but for the reference they join."""

    wander: Wander
    evidence: Evidence
    levels: Levels
    slow: Slow


class Rows(NamedTuple):
    """What the sensors see of a batch's rows. `times` in seconds. Into `trace` goes after each row the highest evidence
    of any signal over its limit, into `cells` what statistics of parts are made of (see `parts.Cells`), into `moves`
    what the evidence is made of.
    """

    bins: Bins
    hashes: Hashes
    times: Floats
    trace: Floats
    cells: Cells
    moves: Moves


def no_moves(rows: int) -> Moves:
    return np.full((COUNT, rows, 2), np.int16(-1))


def no_evidence() -> Evidence:
    return Evidence(
        np.zeros((COUNT, BETS), np.float32),
        np.zeros(COUNT),
        np.zeros(COUNT),
        np.zeros((COUNT, BETS), np.float32),
        np.zeros((COUNT, 2)),
    )


@compiled
def sense(  # noqa: PLR0917  compiled functions take their arrays by position
    first: int,
    last: int,
    rows: Rows,
    categories: Categories,
    plan_of: NDArray[np.int64],
    learning: bool,
    limits: Floats,
    tables: Tables,
    reference: Reference,
    sensed: Sensed,
) -> int:
    """Rows `first` to `last` - 1: the row after the first one with evidence over a limit, else `last`. Limits are each
    signal's own: nothing has to be known of how signals depend on each other.

    Signal by signal, since the processor likes that; what was fed beyond the first alarm is to be taken back.
    """
    stop = last
    for s in range(len(limits)):
        over = _signal(s, first, last, rows, categories[plan_of[s]], learning, limits[s], tables, reference, sensed)
        stop = min(stop, over)
    return stop


@compiled
def _signal(  # noqa: PLR0917  compiled functions take their arrays by position
    s: int,
    first: int,
    last: int,
    rows: Rows,
    categories: NDArray[np.int64],
    learning: bool,
    limit: float,
    tables: Tables,
    reference: Reference,
    sensed: Sensed,
) -> int:
    """All rows of one signal; the row after its first alarm, else `last`."""
    wander, evidence, levels, slow = sensed
    bins, counts, level = rows.bins[s], reference_of(reference, s), level_of(wander, s)
    bets, waiting, waited = evidence.bets[s], evidence.waiting[s], evidence.waited[s]
    binary, at_once, salt, part_signal = BINARY[s], ROWS_AT_ONCE[s], SALTS[s], PART_SIGNAL_OF[s]
    calm, levelled, own_levels, own_slow = CALM[s], IS_LEVEL[s], levels_of(levels, s), slow_of(slow, s)
    fall_weight, stop = FALL_WEIGHT[s], last
    mean, peak, scale = evidence.mean[s], evidence.peak[s], 1.0 / limit
    for i in range(first, last):
        place = bins[i]
        if place < 0:
            rows.trace[i] = max(rows.trace[i], mean * scale)
            continue
        drawn = mix_one(rows.hashes[i] + salt)
        shift, steps = level.band[0], int(level.band[1])
        rank = ranks(counts, categories[i], place, steps, uniform_of(drawn))
        z = normal_score(rank.plain)
        if binary:
            up = cell(z - shift)
            down = CELLS - 1 - cell(z)
            mean, weighed = _rate(up, CELLS - 1 - down, tables.risen, tables.fallen, bets, fall_weight)
        else:
            up = cell((normal_score(rank.lower) if steps else z) - shift)
            down = CELLS - 1 - cell((normal_score(rank.upper) if steps else z) + shift)
            if at_once == 1:
                mean = _level(up, down, tables.moved, tables.widened, bets)
            elif _wait(up, down, at_once, rows.times[i], tables.moved, tables.widened, waiting, waited):
                mean = _at_once(waiting, waited, bets)
            weighed = mean
        rows.moves[s, i, 0], rows.moves[s, i, 1] = up, down
        if part_signal >= 0:
            rows.cells[i, part_signal, 0], rows.cells[i, part_signal, 1] = up, down
            rows.cells[i, part_signal, 2] = cell(z)
        if learning:
            add(counts, categories[i], place, 1)
            learn(s, place, z, mean < calm, level)
            if levelled:
                weighed = _lasting(z, drawn, rows.times[i], weighed, limit, tables, own_levels, own_slow, bets)
        mean = weighed if weighed * scale > 1 else mean
        peak = max(peak, mean)
        rows.trace[i] = max(rows.trace[i], mean * scale)
        if mean * scale > 1:
            stop = min(stop, i + 1)
    evidence.mean[s], evidence.peak[s] = mean, peak
    return stop


@inlined
def _rate(  # noqa: PLR0917  compiled functions take their arrays by position
    risen: int, fallen: int, more: Table, less: Table, bets: Lane, weight: float
) -> tuple[float, float]:
    """Mean evidence, and the same with that for falling weighed."""
    for k in range(np.uint64(RATES_UP)):
        bets[k] = min((ONE + bets[k]) * more[risen, k], CAP)
    for k in range(np.uint64(RATES_DOWN)):
        bets[np.uint64(RATES_UP) + k] = min((ONE + bets[np.uint64(RATES_UP) + k]) * less[fallen, k], CAP)
    fell, plain = np.float64(0.0), _sum(bets) / (RATES_UP + RATES_DOWN)
    for k in range(np.uint64(RATES_DOWN)):
        fell += bets[np.uint64(RATES_UP) + k]
    return plain, plain + (weight - 1) * fell / (RATES_UP + RATES_DOWN)


@inlined
def _level(up: int, down: int, moved: Table, widened: Table, bets: Lane) -> float:
    for k in range(np.uint64(MOVED)):
        bets[k] = min((ONE + bets[k]) * moved[up, k], CAP)
    for k in range(np.uint64(MOVED)):
        bets[np.uint64(MOVED) + k] = min((ONE + bets[np.uint64(MOVED) + k]) * moved[down, k], CAP)
    wide = max(up, down, MIDDLE)
    for k in range(np.uint64(WIDENED)):
        bets[np.uint64(2 * MOVED) + k] = min((ONE + bets[np.uint64(2 * MOVED) + k]) * widened[wide, k], CAP)
    return _sum(bets) / BETS


@inlined
def _wait(  # noqa: PLR0917  compiled functions take their arrays by position
    up: int, down: int, at_once: int, time_s: float, moved: Table, widened: Table, waiting: Lane, waited: Floats
) -> bool:
    """Whether enough rows and seconds are together to make one piece of evidence."""
    if waited[0] == 0:
        waited[1] = time_s
    waited[0] += 1
    for k in range(np.uint64(MOVED)):
        waiting[k] += moved[up, k]
    for k in range(np.uint64(MOVED)):
        waiting[np.uint64(MOVED) + k] += moved[down, k]
    wide = max(up, down, MIDDLE)
    for k in range(np.uint64(WIDENED)):
        waiting[np.uint64(2 * MOVED) + k] += widened[wide, k]
    return bool(waited[0] >= at_once and time_s - waited[1] >= SECONDS_AT_ONCE)


@inlined
def _at_once(waiting: Lane, waited: Floats, bets: Lane) -> float:
    width = np.float32(waited[0])
    for k in range(np.uint64(BETS)):
        bets[k] = min((width + bets[k]) * (waiting[k] / width), CAP)
        waiting[k] = 0
    waited[0] = 0
    return _sum(bets) / BETS


@compiled
def _fallen(by: float, limit: float, bets: Lane) -> float:
    """The level fell by so many deviations for good: all evidence is the bet's on nearest that."""
    nearest = int(np.abs(LASTING_SHIFTS - by).argmin())
    bets[:] = 0
    bets[MOVED + (len(SHARES) - 1) * len(SHIFTS) + nearest] = np.float32(min(1.01 * limit * BETS, MOST_EVIDENCE))
    return _sum(bets) / BETS


@inlined
def _lasting(  # noqa: PLR0917  compiled functions take their arrays by position
    z: float,
    drawn: np.uint64,
    time_s: float,
    mean: float,
    limit: float,
    tables: Tables,
    levels: Levels,
    slow: Slow,
    bets: Lane,
) -> float:
    """Evidence that a speed is another for good, where it is over the limit; else that of rows, `mean`."""
    by = fell(z, time_s, limit, levels)
    mean = _fallen(by, limit, bets) if by > 0 else mean
    if is_complete(z, mix_one(drawn), time_s, slow):
        mean = _taken_over(judge(drawn, tables, slow), limit, slow.bets, bets, mean)
    return mean


@compiled
def _taken_over(slow: float, limit: float, slow_bets: Lane, bets: Lane, mean: float) -> float:
    if slow <= limit:
        return mean
    scale = np.float32(min(slow, MOST_EVIDENCE) * BETS / _sum(slow_bets))
    for k in range(BETS):
        bets[k] = min(slow_bets[k] * scale, CAP)
    return _sum(bets) / BETS


@inlined
def _sum(bets: Lane) -> float:
    """In lanes: the order is fixed, so that every machine finds the same."""
    total = np.float64(0.0)
    for k in range(np.uint64(BETS)):
        total += bets[k]
    return total


@compiled
def take_back(  # noqa: PLR0917  compiled functions take their arrays by position
    first: int,
    last: int,
    rows: Rows,
    categories: Categories,
    plan_of: NDArray[np.int64],
    reference: Reference,
) -> None:
    """Rows that joined the reference, of all signals."""
    for s in range(len(plan_of)):
        for i in range(first, last):
            if rows.bins[s, i] >= 0:
                add(reference_of(reference, s), categories[plan_of[s], i], rows.bins[s, i], -1)
