"""Values far out: how a rollout to a few percent of the requests shows, or a change of spread."""

from dataclasses import dataclass

import numpy as np

from coagent.confirm.effects import Z95, wilson
from coagent.confirm.like import Pair

DEPTH = 0.01
LEAST_BEFORE = 20
LEAST_AFTER = 30


@dataclass(frozen=True, slots=True)
class Tail:
    """Share of the rows after beyond the outermost percent on either side before, `expected` what chance puts there,
    and a 95 % interval of the excess.
    """

    share: float
    expected: float
    low: float
    high: float

    @property
    def excess(self) -> float:
        return self.share - self.expected


def tail(pair: Pair) -> Tail | None:
    """None where there are too few rows to have tails.

    Beyond the k-th smallest and largest of n rows before lies a new row with probability 2 k / (n + 1), whatever the
    distribution; how far that estimate may be off widens the interval.
    """
    outside, expected, doubt = [], [], 0.0
    for before, after in pair.strata:
        if len(before) >= LEAST_BEFORE:
            depth = max(1, round(DEPTH * (len(before) + 1)))
            ordered, chance = np.sort(before), 2 * depth / (len(before) + 1)
            outside.append((after < ordered[depth - 1]) | (after > ordered[-depth]))
            expected.append(np.full(len(after), chance))
            doubt += (len(after) * chance) ** 2 / (2 * depth)
    rows = sum(map(len, outside))
    if rows < LEAST_AFTER:
        return None
    share, chance = float(np.concatenate(outside).mean()), float(np.concatenate(expected).mean())
    low, high = wilson(share, rows)
    off = float(Z95 * np.sqrt(doubt)) / rows
    return Tail(
        share,
        chance,
        share - chance - float(np.hypot(share - low, off)),
        share - chance + float(np.hypot(high - share, off)),
    )
