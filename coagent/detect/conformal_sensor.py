# ruff: noqa: PLR0917  compiled functions take their arrays by position
"""The compiled heart: conformal ranks and Shiryaev-Roberts evidence of all signals, row by row.

A rank among the rows of its category seen before, ties broken by noise, is uniform and independent of the earlier
ranks where those rows are exchangeable (Vovk, Gammerman, Shafer: Algorithmic learning in a random world, 2005). Each
bet's statistic R becomes (1 + R) f(u), with the bets' mean M a sum for which M minus the number of rows is a
martingale, so that the average run length of "M passes A" is at least A (Shin, Ramdas, Rinaldo: E-detectors, 2024).
A weighted mean over signals keeps the promise, and caution only ever lowers M:

How far evidence can be trusted where rows may depend on each other.

A level that wanders by itself looks like a change. Evidence x (its natural logarithm) that gathered over m rows is in
essence z²/2 for the mean score of these rows, z in units of its deviation under independence. Two things make it less:
means over m rows vary more than independent rows would let them (by the ratio v, measured on blocks of the reference),
and v itself is known from few such blocks only. As in Student's t, with d degrees of freedom for v, the evidence is
(d/2) ln(1 + 2x / (d v)). It never exceeds x, so that the guarantee for exchangeable rows stays exact; there v is about
one and m, for a change that matters, small against the reference: next to nothing is lost.

numba's cache watches the file of the outermost function alone: whatever is compiled into it, constants included, stands
in this file.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from coagent.detect.compiled import compiled, inlined

if TYPE_CHECKING:
    from coagent.detect.bets import Bets
    from coagent.detect.sensors import Sensors
    from coagent.detect.tally import Tally

GOLDEN = np.uint64(0x9E3779B97F4A7C15)
MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
MIX_2 = np.uint64(0x94D049BB133111EB)
"""Of splitmix64 (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014)."""
EDGES = 63
"""Edges of a signal's bins."""
BETS = 56
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
PRIOR_GROWTH = 2.0
"""Until blocks of a length are measured, their excess variance is this multiple of that of the next shorter."""
ERRORS = 1.0
"""Standard errors that are taken off a measured variance: what is not sure is the degrees' of freedom business."""

Moments = NDArray[np.float64]
"""Shape (signal, level, 2): number of block scores (sum of normal scores / root of rows), and sum of their squares."""


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
    s: int,
    category: int,
    x: np.float32,
    xi: float,
    learning: bool,
    edges: NDArray[np.float32],
    counts: NDArray[np.int32],
    totals: NDArray[np.int32],
) -> float:
    """Conformal rank of a value of signal s within its category, which it then joins if that is learning."""
    place, below = np.int32(0), np.int32(0)
    for k in range(EDGES):  # all of them at once beats a search: no step waits for another
        lower = edges[s, k] < x
        place += np.int32(1) if lower else np.int32(0)
        below += counts[s, category, k] if lower else np.int32(0)
    u = (below + xi * (counts[s, category, place] + 1)) / (totals[s, category] + 1)
    if learning:
        counts[s, category, place] += 1
        totals[s, category] += 1
    return float(u)


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
def grow(s: int, cell: int, sums: NDArray[np.float32], bets: NDArray[np.float32], scale: NDArray[np.int32]) -> float:
    """Mean evidence of signal s after a rank; sums (signal, 3, bet) over starts: evidence, age, squared age.

    Sums that get large are divided by a power of ten, and multiplied back when they fall.
    """
    power = scale[s]
    one = np.float32(1.0)
    if power:
        one = np.float32(1.0) / POWER if power == 1 else np.float32(0.0)
    total = np.float32(0.0)
    for k in range(BETS):
        f = bets[cell, k]
        evidence, age, square = sums[s, 0, k], sums[s, 1, k], sums[s, 2, k]
        sums[s, 2, k] = (square + age + age + evidence) * f
        sums[s, 1, k] = (age + evidence) * f
        evidence = (one + evidence) * f
        sums[s, 0, k] = evidence
        total += evidence
    mean = float(total) / BETS
    if mean > HIGH or (power > 0 and mean < LOW):
        factor = np.float32(1.0) / POWER if mean > HIGH else POWER
        scale[s] += 1 if mean > HIGH else -1
        for part in range(3):
            for k in range(BETS):
                sums[s, part, k] *= factor
        mean *= float(factor)
    return mean


@compiled
def remember(s: int, level: int, score: float, moments: Moments) -> None:
    moments[s, level, 0] += 1
    moments[s, level, 1] += score * score


@compiled
def measure(s: int, moments: Moments, calm: Moments, variance: NDArray[np.float64]) -> None:
    """Takes signal s's moments as those of a calm reference; writes the variance ratio at each block length."""
    excess = 0.0
    for level in range(variance.shape[1]):
        count, squares = moments[s, level, 0], moments[s, level, 1]
        calm[s, level, 0], calm[s, level, 1] = count, squares
        if level:
            prior = 1 + PRIOR_GROWTH * excess
            blocks = count + PRIOR_BLOCKS
            excess = max((squares + PRIOR_BLOCKS * prior) / blocks / (1 + ERRORS * np.sqrt(2 / blocks)) - 1, 0.0)
            variance[s, level] = 1 + excess


@compiled
def variance_at(s: int, rows: float, variance: NDArray[np.float64]) -> float:
    """Variance ratio of means over so many rows: linear between the logarithms of block lengths, and on beyond them."""
    last = variance.shape[1] - 1
    place = np.log2(max(rows, 1.0)) / STEP
    level = min(int(place), last - 1)
    slope = variance[s, level + 1] - variance[s, level]
    if place > last:
        return float(variance[s, last] + max(slope, 0.0) * (place - last))
    return float(variance[s, level] + slope * (place - level))


@compiled
def tempered(log_evidence: float, ratio: float, freedom: float) -> float:
    """Evidence after the caution above."""
    return float(np.exp(freedom / 2 * np.log1p(2 * log_evidence / (freedom * ratio))))


@compiled
def evidence_of(
    s: int,
    mean: float,
    calm_below: float,
    pace_s: float,
    sums: NDArray[np.float32],
    scale: NDArray[np.int32],
    calm: NDArray[np.float64],
    freedom: NDArray[np.float64],
    variance: NDArray[np.float64],
) -> float:
    """Evidence of signal s after due caution; little needs none. `pace_s`: seconds a row, 0 once days are known."""
    if scale[s] == 0 and mean <= calm_below:
        return mean
    age_sum = np.float32(0.0)
    for k in range(BETS):
        age_sum += sums[s, 1, k]
    age = 1 + float(age_sum) / (mean * BETS)
    log_evidence = np.log(mean) + scale[s] * LOG_POWER
    degrees = (freedom[s, 0] + freedom[s, 1] * calm[s, 0, 0] / age) / (1 + freedom[s, 2] * age * pace_s)
    return tempered(log_evidence, variance_at(s, age, variance), degrees)


@compiled
def blocks_step(s: int, known: int, sums: NDArray[np.float64], moments: NDArray[np.float64]) -> None:
    """After every eighth known row of signal s: full blocks are remembered and join the next longer ones."""
    for level in range(1, len(BLOCK_ROWS)):
        if known % BLOCK_ROWS[level]:
            break
        total = sums[s, level - 1]
        sums[s, level - 1] = 0.0
        if level < len(BLOCK_ROWS) - 1:
            sums[s, level] += total
        remember(s, level, total / np.sqrt(BLOCK_ROWS[level]), moments)


@compiled
def recovery_step(s: int, cell: int, mixture: NDArray[np.float32], bets: NDArray[np.float32]) -> float:
    """Log evidence that a rank is from the reference, not from what raised the alarm; mixture (signal, bet)."""
    changed = np.float32(0.0)
    for k in range(BETS):
        changed += mixture[s, k] * bets[cell, k]
    return -float(np.log(changed))


@compiled
def sense(  # noqa: C901, PLR0912  to hand the arrays on row by row would cost more than the work itself
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
    (active, covariates, alarmed, edges, counts, totals, bet_sums, scale, sums, known, moments, calm, freedom, variance,
     stat, peak, weight, limit, mixture, recovery, quiet) = sensors  # fmt: skip
    table, scores = bets
    cells, groups, wide, wide_totals = tally
    calm_below = np.sqrt(threshold)
    signals = active.shape[0]
    for i in range(first, last):
        past = times[i] - began
        pace_s = past / (rows_before + i + 1) if 0 < past < UNKNOWN_DAYS_S else 0.0
        for s in range(signals):
            x = values[s, i]
            if not active[s] or np.isnan(x):
                continue
            category = 0 if covariates[s] else int(categories[i])
            learning, xi = covariates[s] or not suspect, noise(rows[i], s)
            cell = cell_of(rank(s, category, x, xi, learning, edges, counts, totals))
            pooled = cell
            if not covariates[s] and totals[s, category] < YOUNG_ROWS:
                pooled = cell_of(rank(s, int(groups[category]), x, xi, learning, edges, wide, wide_totals))
            if alarmed[s]:
                recovery[s] = max(recovery[s] + recovery_step(s, cell, mixture, table), 0.0)
            elif quiet[s] > 0:
                quiet[s] -= 1
            else:
                cells[s, pooled] += 1
                mean = grow(s, cell, bet_sums, table, scale)
                stat[s] = evidence_of(s, mean, calm_below, pace_s, bet_sums, scale, calm, freedom, variance)
                peak[s] = max(peak[s], stat[s])
            score = float(scores[cell])
            remember(s, 0, score, moments)
            sums[s, 0] += score
            known[s] += 1
            if known[s] % BLOCK_ROWS[1] == 0:
                blocks_step(s, known[s], sums, moments)
            if not alarmed[s] and ((known[s] % MEASURED_EVERY == 0 and stat[s] < calm_below) or quiet[s] == 1):
                measure(s, moments, calm, variance)
        told, total, standing, ill, well = 0, 0.0, 0.0, 0, 0
        for s in range(signals):
            if alarmed[s]:
                standing += weight[s] * stat[s] * np.exp(-recovery[s])
                ill += not covariates[s]
                well += (not covariates[s]) and recovery[s] > RECOVERY
            else:
                total += weight[s] * stat[s]
                if (suspect or covariates[s]) and stat[s] > limit[s]:
                    told |= SINGLE
        trace[i] = total + standing
        if not suspect and total > threshold:
            told |= ALARM
        if suspect and ill and ill == well:
            told |= RECOVERED
        if told:
            return i + 1, told
    return last, 0
