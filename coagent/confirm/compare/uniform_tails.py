"""Ranks far out, against the law that they have where nothing changed: even from 0 to 1."""

from coagent.confirm.compare.effects import wilson
from coagent.confirm.compare.paired_sample import Values
from coagent.confirm.compare.tails import LEAST_AFTER, Tail

DEPTHS = (1 / 1024, 1 / 128)
"""On either side, a small rollout shows best far out; both are bounds of the pool's cells."""


def even_tail(ranks: Values, dependence: float) -> Tail | None:
    """At the depth where most is certain; None where there are too few ranks to have tails. The law is known, so only
    the rows after are uncertain, the more so the more they depend on each other (`dependence`: see effects).
    """
    rows = len(ranks)
    if rows < LEAST_AFTER:
        return None
    return max((_at(ranks, depth, max(rows / dependence, 1.0)) for depth in DEPTHS), key=lambda tail: tail.low)


def _at(ranks: Values, depth: float, rows: float) -> Tail:
    share = float(((ranks.x < depth) | (ranks.x > 1 - depth)).mean())
    low, high = wilson(share, rows)
    return Tail(share, 2 * depth, low - 2 * depth, high - 2 * depth)
