"""Pairs of a shadow test: both requests have the same key."""

import msgspec
import numpy as np

from coagent.verdict.arm_rows import ArmRows
from coagent.verdict.plan import Floats

MOST_WAITING = 10_000
"""Requests without their other half: about 1 MB of state; the oldest are dropped."""


class Half(msgspec.Struct, frozen=True, array_like=True):
    """A request that waits: its arm, its values and how sure its router was; NaN unknown."""

    arm: int
    values: tuple[float, ...]
    confidence: float


class Pairs(msgspec.Struct, frozen=True, kw_only=True):
    """What waits, by key, oldest first."""

    waiting: dict[int, Half] = {}
    dropped: int = 0


def with_rows(before: Pairs, rows: ArmRows) -> tuple[Pairs, Floats, Floats]:
    """Values of control and candidate, shape (2, metrics, pairs), and the router's confidence, shape (2, pairs). A
    second request of the same arm and key is no pair and takes the place of none.
    """
    waiting, found = dict(before.waiting), list[tuple[Half, Half]]()
    columns = (rows.keys.tolist(), rows.arms.tolist(), rows.values.T.tolist(), rows.confidence.tolist())
    for key, arm, values, sure in zip(*columns, strict=True):
        mine, other = Half(arm, tuple(values), sure), waiting.get(key)
        if not key:
            continue
        if other is None:
            waiting[key] = mine
        elif other.arm != arm:
            del waiting[key]
            found.append((other, mine) if arm else (mine, other))
    surplus = max(len(waiting) - MOST_WAITING, 0)
    for key in list(waiting)[:surplus]:
        del waiting[key]
    both = np.array([[half.values for half in pair] for pair in found]).reshape(len(found), 2, len(rows.values))
    sure = np.array([[half.confidence for half in pair] for pair in found]).reshape(len(found), 2).T
    return Pairs(waiting=waiting, dropped=before.dropped + surplus), np.moveaxis(both, 0, 2), sure
