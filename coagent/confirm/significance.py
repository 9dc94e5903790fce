"""p-values of a change within categories. Give them fresh rows only: never those that raised the suspicion."""

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from coagent.confirm.like import Floats, Pair
from coagent.domain.signal import Kind

LEAST_ROWS = 4


def p_value(pair: Pair, kind: Kind, dependence: float = 1.0) -> float | None:
    """Two-sided; None where the rows after are worth fewer than four independent ones (`dependence`: see effects)."""
    if len(pair.after) < LEAST_ROWS * dependence:
        return None
    return exact_rate(pair) if kind == "binary" and dependence <= 1 else van_elteren(pair, dependence)


def van_elteren(pair: Pair, dependence: float = 1.0) -> float:
    """Wilcoxon's rank sum test in strata, corrected for ties, each stratum weighted by 1 / (its rows + 1)
    (van Elteren 1960). Where rows depend on each other the variance is that much higher.
    """
    deviation = variance = 0.0
    for before, after in pair.strata:
        rows, before_rows, total = len(after), len(before), len(after) + len(before)
        ranks = stats.rankdata(np.concatenate([after, before]))
        deviation += (ranks[:rows].sum() - rows * (total + 1) / 2) / (total + 1)
        variance += rows * before_rows * float(np.var(ranks, ddof=1)) / total / (total + 1) ** 2
    if variance <= 0:
        return 1.0
    return float(2 * stats.norm.sf(abs(deviation) / np.sqrt(variance * dependence)))


def distance(pair: Pair) -> float:
    """Kolmogorov's distance of the distributions, all rows in one category: 0 the same, 1 apart."""
    return float(stats.ks_2samp(pair.after.x, pair.before.x, method="asymp").statistic)


def any_difference(pair: Pair, dependence: float = 1.0) -> float | None:
    """Kolmogorov and Smirnov's two-sample test, which sees a change of spread or shape too; never too small where
    values are tied. None with too few rows, as above.
    """
    rows, before = len(pair.after), len(pair.before)
    if rows < LEAST_ROWS * dependence:
        return None
    return float(stats.kstwobign.sf(distance(pair) * np.sqrt(rows * before / (rows + before) / dependence)))


def exact_rate(pair: Pair) -> float:
    """Exact test of equal rates given the margins of each stratum: Fisher's where there is one stratum."""
    counts = [_margins(before, after) for before, after in pair.strata]
    law = np.ones(1)
    for total, hits, rows, _ in counts:
        law = np.convolve(law, stats.hypergeom.pmf(np.arange(min(hits, rows) + 1), total, hits, rows))
    seen = sum(count for *_, count in counts)
    return _two_sided(law, seen)


def _margins(before: Floats, after: Floats) -> tuple[int, int, int, int]:
    """Rows, hits, rows after, hits after of a stratum."""
    hits = round(float(after.sum()))
    return len(before) + len(after), round(float(before.sum())) + hits, len(after), hits


def _two_sided(law: NDArray[np.float64], seen: int) -> float:
    """Probability of all outcomes that are not likelier than the one seen."""
    return float(min(1.0, law[law <= law[seen] * (1 + 1e-9)].sum()))
