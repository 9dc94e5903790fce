"""Rows through all sensors of a stream, up to the first alarm: one compiled call a batch."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.sensor.constants import BANDS, CELLS, MOST_EVIDENCE, SECONDS_AT_ONCE
from coagent.detect.sensor.dead_band import Wander, learn, level_of
from coagent.detect.sensor.densities import BETS, MOVED, RATES_DOWN, RATES_UP, Table, Tables, cell, normal_score
from coagent.detect.sensor.grid import Bins
from coagent.detect.sensor.jit import compiled, inlined
from coagent.detect.sensor.part_signals import PART_SIGNAL_OF, Cells
from coagent.detect.sensor.reference import Reference, add, ranks, reference_of
from coagent.detect.sensor.row_noise import mix_one
from coagent.detect.sensor.sensed import BINARY, COUNT, KINDS

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
    wander: Wander,
    evidence: Evidence,
    scores: Floats,
) -> tuple[int, int]:
    """Rows `first` to `last` - 1 up to the first alarm; the next row, and the signal whose evidence is furthest over
    its limit or -1. Into `scores` go normal scores, shape (sensors, rows). Limits are each signal's own: nothing has to
    be known of how signals depend on each other.

    Signal by signal, since the processor likes that; what was fed beyond the first alarm is taken back.
    """
    before = copies(wander, evidence)
    ends, stop = np.full(len(limits), last), last
    for s in range(len(limits)):
        ends[s] = _signal(
            s, first, last, rows, categories[plan_of[s]], learning, limits, True, tables, reference, wander, evidence,
            scores[s],
        )  # fmt: skip
        stop = min(stop, ends[s])
    furthest = _furthest(limits, evidence)
    if stop == last:
        return last, furthest
    restore(before, wander, evidence)
    for s in range(len(limits)):
        if learning:
            _take_back(s, first, ends[s], rows, categories[plan_of[s]], reference)
        _signal(
            s, first, stop, rows, categories[plan_of[s]], learning, limits, False, tables, reference, wander, evidence,
            scores[s],
        )  # fmt: skip
    return stop, _furthest(limits, evidence)


@compiled
def _furthest(limits: Floats, evidence: Evidence) -> int:
    signal, most = -1, 1.0
    for s in range(len(limits)):
        if evidence.mean[s] > most * limits[s]:
            signal, most = s, evidence.mean[s] / limits[s]
    return signal


@compiled
def _signal(  # noqa: PLR0917  compiled functions take their arrays by position
    s: int,
    first: int,
    last: int,
    rows: Rows,
    categories: NDArray[np.int64],
    learning: bool,
    limits: Floats,
    stops: bool,
    tables: Tables,
    reference: Reference,
    wander: Wander,
    evidence: Evidence,
    scores: Floats,
) -> int:
    """All rows of one signal, up to its first alarm where that `stops`; the next row."""
    bins, counts, level = rows.bins[s], reference_of(reference, s), level_of(wander, s)
    bets, waiting, waited = evidence.bets[s], evidence.waiting[s], evidence.waited[s]
    binary, at_once, salt, part_signal = BINARY[s], ROWS_AT_ONCE[s], SALTS[s], PART_SIGNAL_OF[s]
    calm = CALM[s]
    mean, peak, scale = evidence.mean[s], evidence.peak[s], 1.0 / limits[s]
    for i in range(first, last):
        place = bins[i]
        if place < 0:
            rows.trace[i] = max(rows.trace[i], mean * scale)
            continue
        xi = (np.float64(mix_one(rows.hashes[i] + salt) >> np.uint64(11)) + 0.5) * 2.0**-53
        shift, steps = level.band[0], int(level.band[1])
        rank = ranks(counts, categories[i], place, steps, xi)
        z = normal_score(rank.plain)
        scores[i] = z
        if binary:
            up = cell(z - shift)
            down = CELLS - 1 - cell(z)
            mean = _rate(up, CELLS - 1 - down, tables.risen, tables.fallen, bets)
        else:
            up = cell((normal_score(rank.lower) if steps else z) - shift)
            down = CELLS - 1 - cell((normal_score(rank.upper) if steps else z) + shift)
            if at_once == 1:
                mean = _level(up, down, tables.moved, bets)
            elif _wait(up, down, at_once, rows.times[i], tables.moved, waiting, waited):
                mean = _at_once(waiting, waited, bets)
        rows.moves[s, i, 0], rows.moves[s, i, 1] = up, down
        if part_signal >= 0:
            rows.cells[i, part_signal, 0], rows.cells[i, part_signal, 1] = up, down
            rows.cells[i, part_signal, 2] = cell(z)
        if learning:
            add(counts, categories[i], place, 1)
            learn(s, place, z, mean < calm, level)
        peak = max(peak, mean)
        rows.trace[i] = max(rows.trace[i], mean * scale)
        if mean * scale > 1 and stops:
            evidence.mean[s], evidence.peak[s] = mean, peak
            return i + 1
    evidence.mean[s], evidence.peak[s] = mean, peak
    return last


@inlined
def _rate(risen: int, fallen: int, more: Table, less: Table, bets: Lane) -> float:
    for k in range(np.uint64(RATES_UP)):
        bets[k] = min((ONE + bets[k]) * more[risen, k], CAP)
    for k in range(np.uint64(RATES_DOWN)):
        bets[np.uint64(RATES_UP) + k] = min((ONE + bets[np.uint64(RATES_UP) + k]) * less[fallen, k], CAP)
    return _sum(bets) / (RATES_UP + RATES_DOWN)


@inlined
def _level(up: int, down: int, moved: Table, bets: Lane) -> float:
    for k in range(np.uint64(MOVED)):
        bets[k] = min((ONE + bets[k]) * moved[up, k], CAP)
    for k in range(np.uint64(MOVED)):
        bets[np.uint64(MOVED) + k] = min((ONE + bets[np.uint64(MOVED) + k]) * moved[down, k], CAP)
    return _sum(bets) / BETS


@inlined
def _wait(  # noqa: PLR0917  compiled functions take their arrays by position
    up: int, down: int, at_once: int, time_s: float, moved: Table, waiting: Lane, waited: Floats
) -> bool:
    """Whether enough rows and seconds are together to make one piece of evidence."""
    if waited[0] == 0:
        waited[1] = time_s
    waited[0] += 1
    for k in range(np.uint64(MOVED)):
        waiting[k] += moved[up, k]
    for k in range(np.uint64(MOVED)):
        waiting[np.uint64(MOVED) + k] += moved[down, k]
    return bool(waited[0] >= at_once and time_s - waited[1] >= SECONDS_AT_ONCE)


@inlined
def _at_once(waiting: Lane, waited: Floats, bets: Lane) -> float:
    width = np.float32(waited[0])
    for k in range(np.uint64(BETS)):
        bets[k] = min((width + bets[k]) * (waiting[k] / width), CAP)
        waiting[k] = 0
    waited[0] = 0
    return _sum(bets) / BETS


@inlined
def _sum(bets: Lane) -> float:
    """In lanes: the order is fixed, so that every machine finds the same."""
    total = np.float64(0.0)
    for k in range(np.uint64(BETS)):
        total += bets[k]
    return total


@compiled
def _take_back(  # noqa: PLR0917  compiled functions take their arrays by position
    s: int, first: int, last: int, rows: Rows, categories: NDArray[np.int64], reference: Reference
) -> None:
    for i in range(first, last):
        if rows.bins[s, i] >= 0:
            add(reference_of(reference, s), categories[i], rows.bins[s, i], -1)


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
        _take_back(s, first, last, rows, categories[plan_of[s]], reference)


@compiled
def copies(wander: Wander, evidence: Evidence) -> tuple[Wander, Evidence]:
    logs, sums, blocks, band = wander
    bets, mean, peak, waiting, waited = evidence
    return (
        Wander(logs.copy(), sums.copy(), blocks.copy(), band.copy()),
        Evidence(bets.copy(), mean.copy(), peak.copy(), waiting.copy(), waited.copy()),
    )


@compiled
def restore(before: tuple[Wander, Evidence], wander: Wander, evidence: Evidence) -> None:
    wander.logs[:], wander.sums[:], wander.blocks[:] = before[0].logs, before[0].sums, before[0].blocks
    wander.band[:] = before[0].band
    evidence.bets[:], evidence.mean[:], evidence.peak[:] = before[1].bets, before[1].mean, before[1].peak
    evidence.waiting[:], evidence.waited[:] = before[1].waiting, before[1].waited
