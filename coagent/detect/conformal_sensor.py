# ruff: noqa: PLR0917  compiled functions take their arrays by position
"""The compiled heart: conformal ranks and Shiryaev-Roberts evidence of all signals, row by row.

A rank among the rows of its category seen before, ties broken by noise, is uniform and independent of the earlier
ranks where those rows are exchangeable (Vovk, Gammerman, Shafer: Algorithmic learning in a random world, 2005). Each
bet's statistic R becomes (w + R) f(u), stakes w one on average, with the bets' mean M a sum for which M minus the
number of rows is a martingale, so that the average run length of "M passes A" is at least A (Shin, Ramdas, Rinaldo:
E-detectors, 2024). A weighted mean over signals keeps the promise, and caution only ever lowers M:

How far evidence can be trusted where rows may depend on each other.

A level that wanders by itself looks like a change. Evidence x (its natural logarithm) that gathered over m rows is in
essence z²/2 for the mean score of these rows, z in units of its deviation under independence. Two things make it less:
means over m rows vary more than independent rows would let them (by the ratio v, measured on blocks of the reference),
and v itself is known from few such blocks only. As in Student's t, with d degrees of freedom for v, the evidence is
(d/2) ln(1 + 2x / (d v)). It never exceeds x, so that the guarantee for exchangeable rows stays exact; there v is about
one and m, for a change that matters, small against the reference: next to nothing is lost.

numba's cache watches the file of the outermost function alone: whatever is compiled into it, constants included, stands
in this file. Arrays are written in loops: to assign them whole takes numba longer to compile than all the rest.
"""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.compiled import compiled, inlined, summing

if TYPE_CHECKING:
    from coagent.detect.bets import Bets
    from coagent.detect.sensors import Sensors
    from coagent.detect.tally import Tally

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
"""Of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014)."""
BINS = 64
"""Of a signal's values."""
BETS = 56
"""Bins and bets come in whole vectors of eight."""
BLOCK = 128
"""Rows that are taken signal by signal, so that a signal's numbers stay in the processor's nearest memory meanwhile.
A block ends where the segment's row count is a multiple: there signals learn of each other, whatever the batches were.
"""
NONE = -1
"""Instead of a cell: no rank."""
FINE, COARSE, TAIL = 4096, 256, 64
"""Cells of ranks a unit in the tails and between them; cells in each tail."""
CELLS = 2 * TAIL + COARSE - 2 * TAIL * COARSE // FINE
ALARM, SINGLE, RECOVERED = 1, 2, 4
"""Why `sense` stopped: the segment's statistic passed A; a signal passed its own limit; the reference is back."""
MEASURED_EVERY = 32
YOUNG_ROWS = 512
"""Until a category has so many rows, its pooled ranks are taken in the broader group that it belongs to."""
UNKNOWN_DAYS_S = 2 * 86400.0
"""So long a segment's daily cycle is not known."""
RECOVERY = np.log(1000.0)
HIGH, LOW, POWER = np.float32(1e22), np.float32(1.0), np.float32(1e18)
LOG_POWER = np.log(1e18)
TO_UNIT = 1.0 / 9007199254740992.0
BLOCK_ROWS = (1, 8, 64, 512, 4096)
STEP = 3.0
"""Base-2 logarithm of the ratio of neighbouring block lengths."""
PRIOR_BLOCKS = 4.0
PRIOR_GROWTH = (0.0, 0.0, 8.0, 2.0, 1.0)
"""Until blocks of a length are measured, their excess variance is this multiple of that of the next shorter: eight
where what neighbours have in common lasts as long as the longer block, less where it may be over before.
"""
KINS = 2
"""Kinds of signals that wander together: those that breathe with the load, and the other continuous ones."""

Sensor = Any
"""One signal's record, of type `sensors.SENSOR`; numba writes to it in place."""


class Block(NamedTuple):
    """Rows on their way. (signal, row): cells of the ranks, cells for the pool (NONE: no evidence), bins. (row,):
    seconds a row so far; sums over bets of the signal at hand; evidence of the signals that are not alarmed, and of
    those that are; how many of the latter look like the reference again; reasons to stop.
    """

    cells: NDArray[np.int16]
    pooled: NDArray[np.int16]
    places: NDArray[np.int16]
    paces_s: NDArray[np.float64]
    totals: NDArray[np.float64]
    rising: NDArray[np.float64]
    standing: NDArray[np.float64]
    well: NDArray[np.int64]
    told: NDArray[np.int64]


@compiled
def noise(row: np.uint64, salt: int) -> float:
    """Uniform on (0, 1), from the row's hash and a number for the use that is made of it."""
    x = row + np.uint64(salt + 1) * GOLDEN
    x = (x ^ (x >> np.uint64(30))) * MIX_1
    x = (x ^ (x >> np.uint64(27))) * MIX_2
    x ^= x >> np.uint64(31)
    return (float(x >> np.uint64(11)) + 0.5) * TO_UNIT


@inlined
def rank(
    x: np.float32, xi: float, edges: NDArray[np.float32], counts: NDArray[np.int32], total: int
) -> tuple[float, int]:
    """Conformal rank of a value among `total` others, and its bin; edges and counts (bin,)."""
    width = 1.0 / (total + 1)  # a division takes as long as the search, beside which it runs
    place, below = np.int32(0), np.int32(0)
    for k in range(
        BINS
    ):  # all at once beats a search; numba widens what is not cast to 32 bits, and halves the vectors
        lower = np.int32(edges[k] < x)
        place = np.int32(place + lower)
        below = np.int32(below + np.int32(counts[k] * lower))
    return float((below + xi * (counts[place] + 1)) * width), int(place)


@compiled
def cell_of(u: float) -> int:
    """The cell of `bets.cell_bounds` that holds u in (0, 1)."""
    edge = TAIL / FINE
    if u < edge:
        return int(u * FINE)
    if u >= 1 - edge:
        return min(int((u - (1 - edge)) * FINE), TAIL - 1) + CELLS - TAIL
    return TAIL + min(int((u - edge) * COARSE), CELLS - 2 * TAIL - 1)


@compiled
def take_ranks(
    s: int,
    sensor: Sensor,
    values: NDArray[np.float32],
    categories: NDArray[np.uint8],
    rows: NDArray[np.uint64],
    learning: bool,
    counts: NDArray[np.int32],
    totals: NDArray[np.int32],
    tally: "Tally",
    block: Block,
) -> None:
    """Cells of signal s, all arrays its own. Each value joins its category and that one's group if that is learning."""
    for j in range(np.uint64(len(values))):
        block.cells[s, j] = block.pooled[s, j] = NONE
        if np.isnan(values[j]):
            continue
        category = 0 if sensor.covariate else int(categories[j])
        group = tally.groups[category]
        xi = noise(rows[j], s)
        u, place = rank(values[j], xi, sensor.edges, counts[category], totals[category])
        block.cells[s, j] = block.pooled[s, j] = cell_of(u)
        block.places[s, j] = place
        if totals[category] < YOUNG_ROWS and not sensor.covariate:
            u, _ = rank(values[j], xi, sensor.edges, tally.wide[s, group], tally.wide_totals[s, group])
            block.pooled[s, j] = cell_of(u)
        if learning:
            count(s, place, category, 1, counts, totals, tally)


@inlined
def count(
    s: int, place: int, category: int, by: int, counts: NDArray[np.int32], totals: NDArray[np.int32], tally: "Tally"
) -> None:
    """Adds a value of signal s to its reference; counts and totals its own."""
    group = tally.groups[category]
    counts[category, place] += by
    totals[category] += by
    tally.wide[s, group, place] += by
    tally.wide_totals[s, group] += by


@compiled
def give_back(
    s: int,
    sensor: Sensor,
    first: int,
    categories: NDArray[np.uint8],
    counts: NDArray[np.int32],
    totals: NDArray[np.int32],
    tally: "Tally",
    block: Block,
) -> None:
    """Takes the values of signal s from row `first` of the block on out of the reference again."""
    for j in range(first, len(categories)):
        if block.cells[s, j] != NONE:
            category = 0 if sensor.covariate else int(categories[j])
            count(s, int(block.places[s, j]), category, -1, counts, totals, tally)


@summing
def grow(
    sensor: Sensor,
    one: np.float32,
    table: NDArray[np.float32],
    cells: NDArray[np.int16],
    first: int,
    stop: int,
    enough: float,
    totals: NDArray[np.float64],
) -> int:
    """Writes the sum over bets of a signal's evidence after each row, from `first` on up to the first row where it is
    more than `enough`, or to `stop`; returns how many rows are done. `one` times a bet's stake is what each new start
    begins with.
    """
    quiet = sensor.quiet
    for j in range(np.uint64(first), np.uint64(stop)):
        if cells[j] == NONE:
            continue
        if quiet > 0:
            quiet -= 1
            continue
        cell, total = np.uint64(cells[j]), np.float32(0.0)
        for k in range(BETS):
            f, evidence, age = table[cell, k], sensor.bet_sums[0, k], sensor.bet_sums[1, k]
            sensor.bet_sums[2, k] = (sensor.bet_sums[2, k] + (age + age) + evidence) * f
            sensor.bet_sums[1, k] = (age + evidence) * f
            evidence = (one * sensor.stake[k] + evidence) * f
            sensor.bet_sums[0, k] = evidence
            total += evidence
        totals[j] = total
        if total > enough:
            return int(j) + 1
    return stop


@summing
def age_sum(sensor: Sensor) -> np.float32:
    total = np.float32(0.0)
    for k in range(BETS):
        total += sensor.bet_sums[1, k]
    return total


@compiled
def rescale(sensor: Sensor, down: bool) -> float:
    """Sums that get large are divided by a power of ten, and multiplied back when they fall: by the factor returned."""
    factor = np.float32(1.0) / POWER if down else POWER
    sensor.scale += 1 if down else -1
    for part in range(3):
        for k in range(BETS):
            sensor.bet_sums[part, k] *= factor
    return float(factor)


@compiled
def remember(sensor: Sensor, level: int, score: float) -> None:
    sensor.moments[level, 0] += 1
    sensor.moments[level, 1] += score * score


@compiled
def measure(sensor: Sensor) -> None:
    """Takes a signal's moments as those of a calm reference; writes the variance ratio at each block length, no less
    than what its kin vary by.
    """
    for level in range(len(BLOCK_ROWS)):
        sensor.calm[level, 0], sensor.calm[level, 1] = sensor.moments[level, 0], sensor.moments[level, 1]
    excess = 0.0
    for level in range(1, len(BLOCK_ROWS)):
        excess = excess_of(level, excess, sensor.calm[level, 0], sensor.calm[level, 1], sensor.freedom[4])
        excess = max(excess, sensor.kin_excess[level])
        sensor.variance[level] = 1 + excess


@inlined
def excess_of(level: int, shorter: float, blocks: float, squares: float, margin: float) -> float:
    """Excess variance of means over blocks of a length, whose next shorter have the excess `shorter`; `squares` is the
    sum over so many blocks, and `margin` standard errors are taken off.
    """
    blocks += PRIOR_BLOCKS
    squares += PRIOR_BLOCKS * (1 + PRIOR_GROWTH[level] * shorter)
    return float(max(squares / blocks / (1 + margin * np.sqrt(2 / blocks)) - 1, 0.0))


@compiled
def share(each: NDArray[Any]) -> None:
    """Tells signals how much their kin vary, all of these taken together: a young segment knows little of how rows
    depend on each other, and a single signal may miss it by chance.
    """
    for kin in range(1, KINS + 1):
        excess = 0.0
        for level in range(1, len(BLOCK_ROWS)):
            blocks, squares, margin = 0.0, 0.0, 0.0
            for s in range(np.uint64(len(each))):
                if each[s].active and each[s].kin == kin:
                    blocks += each[s].calm[level, 0]
                    squares += each[s].calm[level, 1]
                    margin = each[s].freedom[4]
            excess = excess_of(level, excess, blocks, squares, margin)
            for s in range(np.uint64(len(each))):
                if each[s].active and each[s].kin == kin:
                    each[s].kin_excess[level] = excess


@compiled
def variance_at(sensor: Sensor, rows: float) -> float:
    """Variance ratio of means over so many rows: linear between the logarithms of block lengths, and on beyond them."""
    last = len(BLOCK_ROWS) - 1
    place = np.log2(max(rows, 1.0)) / STEP
    level = min(int(place), last - 1)
    slope = sensor.variance[level + 1] - sensor.variance[level]
    if place > last:
        return float(sensor.variance[last] + max(slope, 0.0) * (place - last))
    return float(sensor.variance[level] + slope * (place - level))


@compiled
def tempered(log_evidence: float, ratio: float, freedom: float) -> float:
    """Evidence after the caution above."""
    return float(np.exp(freedom / 2 * np.log1p(2 * log_evidence / (freedom * ratio))))


@compiled
def evidence_of(sensor: Sensor, mean: float, pace_s: float) -> float:
    """Evidence of a signal after due caution. `pace_s`: seconds a row, 0 once days are known."""
    age = 1 + float(age_sum(sensor)) / (mean * BETS)
    log_evidence = np.log(mean) + sensor.scale * LOG_POWER
    times = sensor.calm[0, 0] / age
    degrees = sensor.freedom[0] + sensor.freedom[1] * times * times / (times + sensor.freedom[2])
    degrees /= 1 + sensor.freedom[3] * age * pace_s
    return tempered(log_evidence, variance_at(sensor, age), degrees)


@compiled
def blocks_step(sensor: Sensor) -> None:
    """After every eighth known row of a signal: full blocks are remembered and join the next longer ones."""
    for level in range(1, len(BLOCK_ROWS)):
        if sensor.known % BLOCK_ROWS[level]:
            break
        total = sensor.sums[level - 1]
        sensor.sums[level - 1] = 0.0
        if level < len(BLOCK_ROWS) - 1:
            sensor.sums[level] += total
        remember(sensor, level, total / np.sqrt(BLOCK_ROWS[level]))


@inlined
def score_step(sensor: Sensor, score: float, calm_below: float) -> None:
    """What a rank's normal score tells of dependence."""
    remember(sensor, 0, score)
    sensor.sums[0] += score
    sensor.known += 1
    if sensor.known % BLOCK_ROWS[1] == 0:
        blocks_step(sensor)
    calm = sensor.known % MEASURED_EVERY == 0 and sensor.stat < calm_below
    if (calm or sensor.quiet == 1) and not sensor.alarmed:
        measure(sensor)


@inlined
def new_start(sensor: Sensor) -> np.float32:
    """What is staked on a change that begins now, in units of the sums."""
    if sensor.scale:
        return np.float32(1.0) / POWER if sensor.scale == 1 else np.float32(0.0)
    return np.float32(1.0)


@inlined
def change_step(sensor: Sensor, mean: float, pace_s: float, calm_below: float) -> None:
    """What a rank tells of a change, given the bets' mean after it. Little evidence needs no caution."""
    if mean > HIGH or (sensor.scale > 0 and mean < LOW):
        mean *= rescale(sensor, bool(mean > HIGH))
    if sensor.scale or mean > calm_below:
        mean = evidence_of(sensor, mean, pace_s)
    sensor.stat = mean
    sensor.peak = max(sensor.peak, mean)


@compiled
def recovery_step(sensor: Sensor, table: NDArray[np.float32], cell: np.uint64) -> None:
    """What a rank tells of the way back: log evidence that it is from the reference, not from what raised the alarm."""
    changed = np.float32(0.0)
    for k in range(BETS):
        changed += sensor.mixture[k] * table[cell, k]
    sensor.recovery = max(sensor.recovery - np.log(float(changed)), 0.0)


@compiled
def follow(s: int, sensor: Sensor, stop: int, suspect: bool, calm_below: float, bets: "Bets", block: Block) -> None:
    """Feeds the block's ranks of signal s, up to row `stop`, to its statistics, and these to the segment's."""
    table, scores = bets
    cells, pooled, totals = block.cells[s], block.pooled[s], block.totals
    rising, told, paces_s = block.rising, block.told, block.paces_s
    at = 0
    while at < stop:
        # Caution and rescaling read the sums: a run ends with the first row that needs either.
        enough = -1.0 if sensor.scale else min(calm_below, float(HIGH)) * BETS
        end = grow(sensor, new_start(sensor), table, cells, at, stop, enough, totals)
        for j in range(np.uint64(at), np.uint64(end)):
            if cells[j] != NONE:
                if sensor.quiet > 0:
                    sensor.quiet -= 1
                    pooled[j] = NONE
                else:
                    change_step(sensor, totals[j] / BETS, paces_s[j], calm_below)
                score_step(sensor, float(scores[np.uint64(cells[j])]), calm_below)
            rising[j] += sensor.weight * sensor.stat
            if (suspect or sensor.covariate) and sensor.stat > sensor.limit:
                told[j] |= SINGLE
        at = end


@compiled
def follow_back(s: int, sensor: Sensor, stop: int, calm_below: float, bets: "Bets", block: Block) -> None:
    """The same for a signal that is alarmed: how far it is on its way back."""
    table, scores = bets
    cells, pooled, standing, well = block.cells[s], block.pooled[s], block.standing, block.well
    for j in range(np.uint64(stop)):
        if cells[j] != NONE:
            cell = np.uint64(cells[j])
            recovery_step(sensor, table, cell)
            pooled[j] = NONE
            score_step(sensor, float(scores[cell]), calm_below)
        standing[j] += sensor.weight * sensor.stat * np.exp(-sensor.recovery)
        well[j] += (not sensor.covariate) and sensor.recovery > RECOVERY


@compiled
def follow_all(each: NDArray[Any], stop: int, suspect: bool, threshold: float, bets: "Bets", block: Block) -> int:
    """All signals; how many of the block's rows are done with the first of which something has to be told."""
    for j in range(stop):
        block.rising[j] = block.standing[j] = 0.0
        block.well[j] = block.told[j] = 0
    ill, calm_below = 0, np.sqrt(threshold)
    for s in range(np.uint64(len(each))):
        if each[s].active and each[s].alarmed:
            follow_back(s, each[s], stop, calm_below, bets, block)
            ill += not each[s].covariate
        elif each[s].active:
            follow(s, each[s], stop, suspect, calm_below, bets, block)
    for j in range(stop):
        if not suspect and block.rising[j] > threshold:
            block.told[j] |= ALARM
        if suspect and ill and ill == block.well[j]:
            block.told[j] |= RECOVERED
        if block.told[j]:
            return j + 1
    return stop


@compiled
def block_step(
    values: NDArray[np.float32],
    categories: NDArray[np.uint8],
    rows: NDArray[np.uint64],
    suspect: bool,
    threshold: float,
    each: NDArray[Any],
    counts: NDArray[np.int32],
    totals: NDArray[np.int32],
    bets: "Bets",
    tally: "Tally",
    block: Block,
) -> int:
    """How many rows of a block are done: up to the first of which something has to be told, as if none had followed."""
    size, signals = len(rows), np.uint64(len(each))
    before = each.copy()
    for s in range(signals):
        if each[s].active:
            learning = each[s].covariate or not suspect
            take_ranks(s, each[s], values[s], categories, rows, learning, counts[s], totals[s], tally, block)
    stop = follow_all(each, size, suspect, threshold, bets, block)
    if stop < size:
        for s in range(signals):
            each[s] = before[s]
        follow_all(each, stop, suspect, threshold, bets, block)
        for s in range(signals):
            if each[s].active and (each[s].covariate or not suspect):
                give_back(s, each[s], stop, categories, counts[s], totals[s], tally, block)
    for s in range(signals):
        for j in range(stop):
            if each[s].active and block.pooled[s, j] != NONE:
                tally.cells[s, np.uint64(block.pooled[s, j])] += 1
    return stop


@compiled
def sense_rows(
    values: NDArray[np.float32],
    categories: NDArray[np.uint8],
    rows: NDArray[np.uint64],
    times: NDArray[np.float64],
    began: float,
    rows_before: int,
    first: int,
    last: int,
    suspect: bool,
    threshold: float,
    each: NDArray[Any],
    counts: NDArray[np.int32],
    totals: NDArray[np.int32],
    bets: "Bets",
    trace: NDArray[np.float64],
    tally: "Tally",
) -> tuple[int, int]:
    """`sense`, block by block."""
    width = min(BLOCK, last - first)
    block = Block(
        np.empty((len(each), width), np.int16), np.empty((len(each), width), np.int16),
        np.empty((len(each), width), np.int16), np.empty(width), np.empty(width), np.empty(width),
        np.empty(width), np.empty(width, np.int64), np.empty(width, np.int64),
    )  # fmt: skip
    at = first
    while at < last:
        past_mark = (rows_before + at) % BLOCK
        if not past_mark:
            share(each)
        end = min(at + min(width, BLOCK - past_mark), last)
        for i in range(at, end):
            past = times[i] - began
            block.paces_s[i - at] = past / (rows_before + i + 1) if 0 < past < UNKNOWN_DAYS_S else 0.0
        done = block_step(
            values[:, at:end], categories[at:end], rows[at:end], suspect, threshold, each, counts, totals, bets, tally,
            block,
        )  # fmt: skip
        for i in range(done):
            trace[at + i] = block.rising[i] + block.standing[i]
        at += done
        if block.told[done - 1]:
            return at, block.told[done - 1]
    return last, 0


def sense(
    values: NDArray[np.float32],
    categories: NDArray[np.uint8],
    rows: NDArray[np.uint64],
    times: NDArray[np.float64],
    began: float,
    rows_before: int,
    first: int,
    last: int,
    suspect: bool,
    threshold: float,
    sensors: "Sensors",
    bets: "Bets",
    trace: NDArray[np.float64],
    tally: "Tally",
) -> tuple[int, int]:
    """Feeds rows first … last - 1 until something has to be told; returns the rows eaten up to there, and what.

    values (signals, rows), categories, rows (their hashes) and times (epoch s) (rows,); the segment began at `began`,
    `rows_before` rows before the first of these. The reference learns while nothing is suspect, covariates always.
    Writes the segment's evidence after each row to `trace` (rows,); what an alarmed signal rose with counts there less
    the evidence since then that it is back. Ranks that are evidence are counted in `tally`, for the pool.
    """
    return sense_rows(
        values, categories, rows, times, began, rows_before, first, last, suspect, threshold,
        sensors.each, sensors.counts, sensors.totals, bets, trace, tally,
    )  # fmt: skip
