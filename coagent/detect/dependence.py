"""How much more evidence rows must show that depend on each other.

The logarithm of a bet's evidence walks with a variance that grows with the correlation of successive scores, and the
chance that it climbs by x falls like exp(-x / v), v being the ratio of the variance of sums to that of independent
scores. A threshold whose logarithm is v times as high keeps the run length. Normal scores of conformal ranks have
variance one where rows are exchangeable, so v is measured: from the correlation of neighbours, and from the variance
of block means at longer scales. v is never below one, so where rows are exchangeable the exact guarantee stays.
"""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.compiled import compiled

FEWEST_PAIRS = 16
FEWEST_BLOCKS = 3
NEIGHBOUR_ERRORS = 1.5
VARIANCE_ERRORS = 2.0
MOST_CORRELATION = 0.98

Moments = NDArray[np.float64]
"""Shape (signal, level, 4): number of scores, sum of squares, of products with the one before, the one before."""


@compiled
def neighbour_ratio(count: float, squares: float, products: float) -> float:
    """Variance ratio of a first-order autoregression with the correlation that is sure."""
    if count < FEWEST_PAIRS or squares <= 0:
        return 1.0
    correlation = min(products / squares - NEIGHBOUR_ERRORS / np.sqrt(count), MOST_CORRELATION)
    return (1 + correlation) / (1 - correlation) if correlation > 0 else 1.0


@compiled
def sure_variance(count: float, squares: float) -> float:
    """Lower bound of the variance of a level's scores."""
    if count < FEWEST_BLOCKS:
        return 0.0
    return squares / count / (1 + VARIANCE_ERRORS * np.sqrt(2 / count))


@compiled
def measure(s: int, moments: Moments, calm: Moments, caution: NDArray[np.float64]) -> None:
    """Takes signal s's moments as those of a calm reference, and writes each level's variance ratio.

    Nothing is longer than the last level: how its variance grew over the one before says how it goes on.
    """
    longer = 0.0
    for level in range(caution.shape[1] - 1, -1, -1):
        for k in range(4):
            calm[s, level, k] = moments[s, level, k]
        count, squares, products = moments[s, level, 0], moments[s, level, 1], moments[s, level, 2]
        own = max(squares / count, 1.0) if count > 0 else 1.0
        ratio = max(neighbour_ratio(count, squares, products), longer / own, 1.0)
        if level == caution.shape[1] - 1 and moments[s, level - 1, 0] > 0:
            before = max(moments[s, level - 1, 1] / moments[s, level - 1, 0], 1.0)
            ratio = max(ratio, sure_variance(count, squares) / before)
        caution[s, level] = ratio
        longer = max(longer, sure_variance(count, squares))
