"""How far evidence can be trusted where rows may depend on each other.

A level that wanders by itself looks like a change. Evidence x (its natural logarithm) that gathered over m rows is in
essence z²/2 for the mean score of these rows, z in units of its deviation under independence. Two things make it less:
means over m rows vary more than independent rows would let them (by the ratio v, measured on blocks of the reference),
and v itself is known from few such blocks only. As in Student's t, with d degrees of freedom for v, the evidence is
(d/2) ln(1 + 2x / (d v)). It never exceeds x, so that the guarantee for exchangeable rows stays exact; there v is about
one and m, for a change that matters, small against the reference: next to nothing is lost.
"""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.compiled import compiled

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
