"""p-values of a change within categories. Give them fresh rows only: never those that raised the suspicion."""

import numpy as np
from numpy.typing import NDArray
from scipy import special

from coagent.confirm.compare.paired_sample import Floats, Pair
from coagent.domain.signal import Kind

LEAST_ROWS = 4
KOLMOGOROV_MEAN = np.sqrt(np.pi / 2) * np.log(2.0)


def p_value(pair: Pair, kind: Kind, dependence: float = 1.0) -> float | None:
    """Two-sided; None where the rows after are worth fewer than four independent ones (`dependence`: see effects)."""
    if len(pair.after) < LEAST_ROWS * dependence:
        return None
    return exact_rate(pair) if kind == "binary" and dependence <= 1 else van_elteren(pair, dependence)


def van_elteren(pair: Pair, dependence: float = 1.0) -> float:
    """Wilcoxon's rank sum test in strata, corrected for ties, each stratum weighted by 1 / (its rows + 1)
    (van Elteren 1960). Where rows depend on each other the variance is that much higher.
    """
    rows, before = pair.rows_after, pair.rows_before
    total = rows + before
    above = np.bincount(pair.after.category, weights=pair.placements, minlength=pair.categories) * before / 2
    deviation = (above / (total + 1)).sum()
    variance = (rows * before * _rank_variance(pair) / total / (total + 1.0) ** 2).sum()
    return float(special.erfc(abs(deviation) / np.sqrt(2 * variance * dependence))) if variance > 0 else 1.0


def _rank_variance(pair: Pair) -> Floats:
    """Variance of the ranks within each category, ties sharing theirs; shape (categories,)."""
    total = (pair.rows_after + pair.rows_before).astype(np.float64)
    level = np.concatenate([pair.ranks.level_before, pair.ranks.level_after])
    category = np.concatenate([pair.before.category, pair.after.category])
    tied = np.bincount(level)[level].astype(np.float64)
    loss = np.bincount(category, weights=tied**2 - 1, minlength=pair.categories)
    return np.asarray((total**3 - total - loss) / (12 * (total - 1)), np.float64)


def distance(pair: Pair) -> float:
    """Kolmogorov's distance of the distributions, all rows in one category: 0 the same, 1 apart."""
    before, after = np.sort(pair.before.x), np.sort(pair.after.x)
    values = np.concatenate([before, after])
    shares = [np.searchsorted(side, values, "right") / len(side) for side in (before, after)]
    return float(np.abs(shares[0] - shares[1]).max())


def sure_distance(pair: Pair, dependence: float = 1.0) -> float:
    """The same less its mean where nothing changed (of Kolmogorov's law), at least 0."""
    chance = KOLMOGOROV_MEAN * np.sqrt(dependence * (1 / len(pair.after) + 1 / len(pair.before)))
    return max(distance(pair) - float(chance), 0.0)


def any_difference(pair: Pair, dependence: float = 1.0) -> float | None:
    """Kolmogorov and Smirnov's two-sample test, which sees a change of spread or shape too; never too small where
    values are tied. None with too few rows, as above.
    """
    rows, before = len(pair.after), len(pair.before)
    if rows < LEAST_ROWS * dependence:
        return None
    return float(special.kolmogorov(distance(pair) * np.sqrt(rows * before / (rows + before) / dependence)))


def exact_rate(pair: Pair) -> float:
    """Exact test of equal rates given the margins of each stratum: Fisher's where there is one stratum."""
    before, after = (
        np.rint(np.bincount(side.category, weights=side.x, minlength=pair.categories)).astype(np.int64)
        for side in (pair.before, pair.after)
    )
    law = np.ones(1)
    for others, rows, hits in zip(pair.rows_before, pair.rows_after, before + after, strict=True):
        if hits:
            law = np.convolve(law, _hypergeometric(int(others + rows), int(hits), int(rows)))
    return _two_sided(law, int(after.sum()))


def _hypergeometric(total: int, hits: int, rows: int) -> Floats:
    """Probability of 0, 1, ... of the hits among so many of all rows; shape (min(hits, rows) + 1,)."""
    drawn = np.arange(min(hits, rows) + 1)
    left = np.maximum(total - hits - (rows - drawn), 0)
    logs = _log_choose(hits, drawn) + _log_choose(total - hits, left) - _log_choose(total, np.array(rows))
    return np.asarray(np.where(rows - drawn <= total - hits, np.exp(logs), 0.0), np.float64)


def _log_choose(count: int, chosen: NDArray[np.int64]) -> Floats:
    logs: Floats = special.gammaln(count + 1) - special.gammaln(chosen + 1) - special.gammaln(count - chosen + 1)
    return logs


def _two_sided(law: NDArray[np.float64], seen: int) -> float:
    """Probability of all outcomes that are not likelier than the one seen."""
    return float(min(1.0, law[law <= law[seen] * (1 + 1e-9)].sum()))
