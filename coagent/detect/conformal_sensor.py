"""The compiled heart: conformal ranks and Shiryaev-Roberts evidence of all signals, row by row.

A rank among the rows of its category seen before, ties broken by noise, is uniform and independent of the earlier
ranks where those rows are exchangeable (Vovk, Gammerman, Shafer: Algorithmic learning in a random world, 2005). Each
bet's statistic R becomes (1 + R) f(u), with the bets' mean M a sum for which M minus the number of rows is a
martingale, so that the average run length of "M passes A" is at least A (Shin, Ramdas, Rinaldo: E-detectors, 2024).
A block of B rows counts B times, a weighted mean over levels and signals keeps the promise, and caution (see
`dependence`) only ever lowers M.
"""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.bets import COARSE, FINE, TAIL, Bets
from coagent.detect.bins import EDGES
from coagent.detect.compiled import compiled
from coagent.detect.dependence import BLOCK_ROWS, measure, remember, tempered, variance_at
from coagent.detect.noise import GOLDEN, MIX_1, MIX_2
from coagent.detect.sensors import BLOCK_BETS, BLOCK_BINS, ROW_BETS, Sensors

ALARM, SINGLE, RECOVERED = 1, 2, 4
"""Why `sense` stopped: the segment's statistic passed A; a signal passed its own limit; the reference is back."""
LEVEL_WEIGHTS = (0.7, 0.1, 0.1, 0.1)
MEASURED_EVERY = 32
RECOVERY = np.log(1000.0)
HIGH, LOW, POWER = np.float32(1e22), np.float32(1.0), np.float32(1e18)
LOG_POWER = np.log(1e18)
CAP = np.float32(1e30)
BLOCK_SPAN, BLOCK_WIDTH, BLOCK_UNIT = 4.8, 0.2, 0.7
TO_UNIT = 1.0 / 9007199254740992.0


@compiled
def noise(row: np.uint64, salt: int) -> float:
    """Uniform on (0, 1), from the row's hash and a number for the use that is made of it."""
    x = row + np.uint64(salt + 1) * GOLDEN
    x = (x ^ (x >> np.uint64(30))) * MIX_1
    x = (x ^ (x >> np.uint64(27))) * MIX_2
    x ^= x >> np.uint64(31)
    return (float(x >> np.uint64(11)) + 0.5) * TO_UNIT


@compiled
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
    return u


@compiled
def cell_of(u: float) -> int:
    """The cell of `bets.cell_bounds` that holds u in (0, 1)."""
    edge = TAIL / FINE
    if u < edge:
        return int(u * FINE)
    if u >= 1 - edge:
        return min(int((u - (1 - edge)) * FINE), TAIL - 1) + TAIL + COARSE - 2 * TAIL * COARSE // FINE
    return TAIL + min(int((u - edge) * COARSE), COARSE - 2 * TAIL * COARSE // FINE - 1)


@compiled
def row_step(
    s: int, cell: int, sums: NDArray[np.float32], bets: NDArray[np.float32], scale: NDArray[np.int32]
) -> float:
    """Mean evidence of signal s after a rank; sums (signal, 3, bet) over starts: evidence, age, squared age.

    Sums that get large are divided by a power of ten, and multiplied back when they fall.
    """
    power = scale[s]
    one = np.float32(1.0)
    if power:
        one = np.float32(1.0) / POWER if power == 1 else np.float32(0.0)
    total = np.float32(0.0)
    for k in range(ROW_BETS):
        f = bets[cell, k]
        evidence, age, square = sums[s, 0, k], sums[s, 1, k], sums[s, 2, k]
        sums[s, 2, k] = (square + age + age + evidence) * f
        sums[s, 1, k] = (age + evidence) * f
        evidence = (one + evidence) * f
        sums[s, 0, k] = evidence
        total += evidence
    mean = float(total) / ROW_BETS
    if mean > HIGH or (power > 0 and mean < LOW):
        factor = np.float32(1.0) / POWER if mean > HIGH else POWER
        scale[s] += 1 if mean > HIGH else -1
        for part in range(3):
            for k in range(ROW_BETS):
                sums[s, part, k] *= factor
        mean *= float(factor)
    return mean


@compiled
def block_grow(s: int, level: int, cell: int, sums: NDArray[np.float32], bets: NDArray[np.float32]) -> float:
    """The same for a block; sums (signal, level - 1, 3, bet). They are capped, not scaled."""
    total = np.float32(0.0)
    for k in range(BLOCK_BETS):
        f = bets[cell, k]
        evidence, age, square = sums[s, level - 1, 0, k], sums[s, level - 1, 1, k], sums[s, level - 1, 2, k]
        sums[s, level - 1, 2, k] = (square + age + age + evidence) * f
        sums[s, level - 1, 1, k] = (age + evidence) * f
        evidence = (np.float32(1.0) + evidence) * f
        sums[s, level - 1, 0, k] = evidence
        total += evidence
    if total > CAP:
        for part in range(3):
            for k in range(BLOCK_BETS):
                sums[s, level - 1, part, k] *= np.float32(0.1)
    return float(total) / BLOCK_BETS


@compiled
def row_evidence(
    s: int,
    mean: float,
    calm_below: float,
    sums: NDArray[np.float32],
    scale: NDArray[np.int32],
    calm: NDArray[np.float64],
    freedom: NDArray[np.float64],
    variance: NDArray[np.float64],
) -> float:
    """What the row level of signal s says after due caution; little evidence needs none."""
    if scale[s] == 0 and mean * LEVEL_WEIGHTS[0] <= calm_below:
        return LEVEL_WEIGHTS[0] * mean
    age_sum = np.float32(0.0)
    for k in range(ROW_BETS):
        age_sum += sums[s, 1, k]
    age = 1 + float(age_sum) / (mean * ROW_BETS)
    log_evidence = np.log(LEVEL_WEIGHTS[0] * mean) + scale[s] * LOG_POWER
    return tempered(log_evidence, variance_at(s, age, variance), freedom[s, 0] + freedom[s, 1] * calm[s, 0, 0] / age)


@compiled
def block_evidence(
    s: int,
    level: int,
    mean: float,
    calm_below: float,
    sums: NDArray[np.float32],
    calm: NDArray[np.float64],
    freedom: NDArray[np.float64],
    variance: NDArray[np.float64],
) -> float:
    """The same for blocks: a block counts as often as it has rows, and varies as it did in the reference."""
    evidence = LEVEL_WEIGHTS[level] * BLOCK_ROWS[level] * mean
    if evidence <= calm_below:
        return evidence
    age_sum = np.float32(0.0)
    for k in range(BLOCK_BETS):
        age_sum += sums[s, level - 1, 1, k]
    age = 1 + float(age_sum) / (mean * BLOCK_BETS)
    ratio = variance_at(s, age * BLOCK_ROWS[level], variance) / variance[s, level]
    return tempered(np.log(evidence), max(ratio, 1.0), freedom[s, 0] + freedom[s, 1] * calm[s, level, 0] / age)


@compiled
def block_bin(score: float) -> int:
    place = int((np.arcsinh(score / BLOCK_UNIT) + BLOCK_SPAN) / BLOCK_WIDTH)
    return min(max(place, 0), BLOCK_BINS - 1)


@compiled
def block_rank(s: int, level: int, score: float, xi: float, learning: bool, counts: NDArray[np.int32]) -> float:
    """Conformal rank of a block's mean score among those of earlier blocks; counts (signal, level - 1, bin)."""
    place, below, total = block_bin(score), 0, 0
    for k in range(BLOCK_BINS):
        total += counts[s, level - 1, k]
        below += counts[s, level - 1, k] if k < place else 0
    u = (below + xi * (counts[s, level - 1, place] + 1)) / (total + 1)
    if learning:
        counts[s, level - 1, place] += 1
    return u


@compiled
def blocks_step(
    s: int,
    known: int,
    row: np.uint64,
    learning: bool,
    sums: NDArray[np.float64],
    moments: NDArray[np.float64],
    counts: NDArray[np.int32],
    block_sums: NDArray[np.float32],
    calm_below: float,
    calm: NDArray[np.float64],
    freedom: NDArray[np.float64],
    variance: NDArray[np.float64],
    parts: NDArray[np.float64],
    bets: NDArray[np.float32],
) -> None:
    """After every eighth known row of signal s: each level whose block is full takes a step."""
    for level in range(1, len(BLOCK_ROWS)):
        if known % BLOCK_ROWS[level]:
            break
        total = sums[s, level - 1]
        sums[s, level - 1] = 0.0
        if level < len(BLOCK_ROWS) - 1:
            sums[s, level] += total
        score = total / np.sqrt(BLOCK_ROWS[level])
        remember(s, level, score, moments)
        u = block_rank(s, level, score, noise(row, 64 * level + s), learning, counts)
        mean = block_grow(s, level, cell_of(u), block_sums, bets)
        parts[s, level] = block_evidence(s, level, mean, calm_below, block_sums, calm, freedom, variance)


@compiled
def recovery_step(s: int, cell: int, mixture: NDArray[np.float32], bets: NDArray[np.float32]) -> float:
    """Log evidence of one rank that it is from the reference and not from what raised the alarm; mixture (signal, bet)."""
    changed = np.float32(0.0)
    for k in range(ROW_BETS):
        changed += mixture[s, k] * bets[cell, k]
    return -np.log(changed)


@compiled
def sense(
    values: NDArray[np.float32],
    categories: NDArray[np.uint8],
    rows: NDArray[np.uint64],
    first: int,
    last: int,
    suspect: bool,
    threshold: float,
    sensors: Sensors,
    bets: Bets,
) -> tuple[int, int]:
    """Feeds rows first … last - 1 until something has to be told; returns the rows eaten up to there, and what.

    values (signals, rows), categories and rows (their hashes) (rows,). The reference learns while nothing is suspect;
    covariates always learn. One long function: handing the arrays on, row by row, would cost more than the work.
    """
    (active, covariates, alarmed, edges, counts, totals, row_sums, scale, block_sums, block_counts, sums, known,
     moments, calm, freedom, variance, parts, stat, peak, weight, limit, mixture, recovery, quiet) = sensors  # fmt: skip
    row_bets, block_bets, scores = bets
    calm_below = np.sqrt(threshold)
    signals = active.shape[0]
    for i in range(first, last):
        for s in range(signals):
            x = values[s, i]
            if not active[s] or np.isnan(x):
                continue
            category = 0 if covariates[s] else int(categories[i])
            learning = covariates[s] or not suspect
            cell = cell_of(rank(s, category, x, noise(rows[i], s), learning, edges, counts, totals))
            if alarmed[s]:
                recovery[s] = max(recovery[s] + recovery_step(s, cell, mixture, row_bets), 0.0)
                continue
            if quiet[s] > 0:
                quiet[s] -= 1
            else:
                mean = row_step(s, cell, row_sums, row_bets, scale)
                parts[s, 0] = row_evidence(s, mean, calm_below, row_sums, scale, calm, freedom, variance)
            score = float(scores[cell])
            remember(s, 0, score, moments)
            sums[s, 0] += score
            known[s] += 1
            if known[s] % BLOCK_ROWS[1] == 0:
                blocks_step(
                    s, known[s], rows[i], learning, sums, moments, block_counts, block_sums,
                    calm_below, calm, freedom, variance, parts, block_bets,
                )  # fmt: skip
            if not covariates[s] and ((known[s] % MEASURED_EVERY == 0 and stat[s] < calm_below) or quiet[s] == 1):
                measure(s, moments, calm, variance)
            stat[s] = parts[s, 0] + parts[s, 1] + parts[s, 2] + parts[s, 3]
            peak[s] = max(peak[s], stat[s])
        told, total, ill, well = 0, 0.0, 0, 0
        for s in range(signals):
            if alarmed[s]:
                ill += not covariates[s]
                well += (not covariates[s]) and recovery[s] > RECOVERY
            else:
                total += weight[s] * stat[s]
                if (suspect or covariates[s]) and stat[s] > limit[s]:
                    told |= SINGLE
        if not suspect and total > threshold:
            told |= ALARM
        if suspect and ill and ill == well:
            told |= RECOVERED
        if told:
            return i + 1, told
    return last, 0
