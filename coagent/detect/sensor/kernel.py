"""Rows through all sensors of a stream, up to the first alarm: one compiled call a batch."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import (
    BANDS,
    BETTER_WEIGHT,
    CELLS,
    GOING,
    MOST_EVIDENCE,
    SECONDS_AT_ONCE,
    SHARES,
    SHIFTS,
)
from coagent.detect.sensor.dead_band import Wander, learn, level_of
from coagent.detect.sensor.densities import (
    BETS,
    MOVED,
    RATE_BETS,
    Lane,
    Tables,
    bet,
    bet_at_once,
    cell,
    joined_place,
    look_up,
    normal_score,
    wait,
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
Lanes = NDArray[np.float32]
"""Of each signal, a number a bet."""
Moves = NDArray[np.int16]
"""Of each signal and row: cells of the score moved down and of the mirrored score moved up by the dead band, -1 where
the value is unknown; shape (signals, rows, 2).
"""

CALM = np.array([BANDS[kind].calm for kind in KINDS])
ROWS_AT_ONCE = np.array([1 if BINARY[s] else BANDS[KINDS[s]].rows_at_once for s in range(COUNT)])
FALL_WEIGHT = np.where(BINARY & (BETTER < 0), BETTER_WEIGHT, 1.0)
"""Of bets on rates that fall."""
LASTING_SHIFTS = np.array(SHIFTS)
USED = np.where(BINARY, RATE_BETS, BETS)
"""Bets on each signal."""
SALTS = np.arange(1, COUNT + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)


class Evidence(NamedTuple):
    """Of each signal. `bets`: restarted Shiryaev-Roberts statistic of each bet; `mean`: their mean, `peak`: its highest
    since evidence began. `waiting`: sums of
    the bets' densities over rows that will count as one, `waited`: how many rows these are and the first one's time.
    `going`: rows since evidence is on its way up.
    """

    bets: Lanes
    mean: Floats
    peak: Floats
    waiting: Lanes
    waited: Floats
    going: Floats


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
        np.zeros(COUNT),
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
    at_once, salt, part_signal = ROWS_AT_ONCE[s], SALTS[s], PART_SIGNAL_OF[s]
    calm, levelled, own_levels, own_slow = CALM[s], IS_LEVEL[s], levels_of(levels, s), slow_of(slow, s)
    rate, used, fall_weight, found, stop = int(BINARY[s]), USED[s], FALL_WEIGHT[s], np.empty(BETS, np.float32), last
    mean, peak, scale = evidence.mean[s], evidence.peak[s], 1.0 / limit
    going, seen = evidence.going[s], counts.totals.sum()
    for i in range(first, last):
        place = bins[i]
        if place < 0:
            rows.trace[i] = max(rows.trace[i], mean * scale)
            continue
        drawn = mix_one(rows.hashes[i] + salt)
        shift, steps = level.band[0], int(level.band[1])
        rank = ranks(counts, categories[i], place, steps, uniform_of(drawn))
        z = normal_score(rank.plain)
        up = cell((normal_score(rank.lower) if steps else z) - shift)
        down = CELLS - 1 - cell((normal_score(rank.upper) if steps else z) + (0.0 if rate else shift))
        joined = joined_place(going, seen) if learning else 0
        look_up(rate + 2 * joined, up, down, tables, found)
        going = going * mean / (mean + GOING) + 1
        if at_once == 1:
            mean = bet(found, bets) / used
        else:
            wait(found, rows.times[i], waiting, waited)
            if waited[0] >= at_once and rows.times[i] - waited[1] >= SECONDS_AT_ONCE:
                mean = bet_at_once(waiting, waited, bets) / used
        weighed = mean + (fall_weight - 1) * bets[MOVED : 2 * MOVED].sum() / used if fall_weight > 1 else mean
        rows.moves[s, i, 0], rows.moves[s, i, 1] = up, down
        if part_signal >= 0:
            rows.cells[i, part_signal, 0], rows.cells[i, part_signal, 1] = up, down
            rows.cells[i, part_signal, 2] = cell(z)
        if learning:
            seen += 1
            add(counts, categories[i], place, 1)
            learn(s, place, z, mean < calm, level)
            if levelled:
                weighed = _lasting(z, drawn, rows.times[i], weighed, limit, tables, own_levels, own_slow, bets)
        mean = weighed if weighed * scale > 1 else mean
        peak = max(peak, mean)
        rows.trace[i] = max(rows.trace[i], mean * scale)
        if mean * scale > 1:
            stop = min(stop, i + 1)
    evidence.mean[s], evidence.peak[s], evidence.going[s] = mean, peak, going
    return stop


@compiled
def _fallen(by: float, limit: float, bets: Lane) -> float:
    """The level fell by so many deviations for good: all evidence is the bet's on nearest that."""
    nearest, evidence = int(np.abs(LASTING_SHIFTS - by).argmin()), min(1.01 * limit, MOST_EVIDENCE / BETS)
    bets[:] = 0
    bets[MOVED + (len(SHARES) - 1) * len(SHIFTS) + nearest] = evidence * BETS
    return float(evidence)


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
    evidence = min(slow, MOST_EVIDENCE / BETS)
    bets[:] = slow_bets * np.float32(evidence * BETS / slow_bets.sum())
    return float(evidence)


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
