"""Values far out: how a rollout to a few percent of the requests shows, or a change of spread."""

from dataclasses import dataclass

import numpy as np

from coagent.confirm.compare.paired_sample import Pair
from coagent.domain.wilson import Z95, wilson

DEPTH, WIDER = 0.01, 0.05
"""Of the rows before, on either side: the outermost percent; where a few before were far out already, five percent."""
LEAST_BEFORE = 20
LEAST_AFTER = 30


@dataclass(frozen=True, slots=True)
class Tail:
    """Share of the rows after beyond the outermost rows on either side before (`above`: beyond the upper one),
    `expected` by chance, and a 95 % interval of the excess.
    """

    share: float
    above: float
    expected: float
    low: float
    high: float

    @property
    def excess(self) -> float:
        return self.share - self.expected


def tail(pair: Pair, depth: float = DEPTH) -> Tail | None:
    """None where there are too few rows to have tails.

    Beyond the k-th smallest and largest of n rows before lies a new row with probability 2 k / (n + 1), whatever the
    distribution; how far that estimate may be off widens the interval.
    """
    before = pair.rows_before
    deep = np.maximum(np.rint(depth * (before + 1)), 1.0)
    rows = np.where(before >= LEAST_BEFORE, pair.rows_after, 0)
    if rows.sum() < LEAST_AFTER:
        return None
    category = pair.after.category
    above = pair.ranks.below > (before - deep)[category]
    outside = (pair.ranks.upto < deep[category]) | above
    counted = rows[category] > 0
    share = float(outside[counted].mean())
    chances = 2 * deep / (before + 1)
    chance = float(rows @ chances / rows.sum())
    doubt = float(((rows * chances) ** 2 / (2 * deep)).sum())
    low, high = wilson(share, float(rows.sum()))
    off = float(Z95 * np.sqrt(doubt) / rows.sum())
    return Tail(
        share,
        float(above[counted].mean()),
        chance,
        share - chance - float(np.hypot(share - low, off)),
        share - chance + float(np.hypot(high - share, off)),
    )
