"""Which segments carry a pooled alarm."""

import numpy as np
from numpy.typing import NDArray

from coagent.detect.pool.bets import densities
from coagent.detect.pool.pool import Pool
from coagent.domain.segment import Segment

SHARE = 0.9
MOST = 50
"""Carriers named: those that hold this share of the evidence, at most so many."""
REST = 0.2
"""A segment carries an alarm alone where all others together hold less than this share of the evidence."""

Floats = NDArray[np.float64]


def contributions(pool: Pool, signal: int) -> Floats:
    """Natural log evidence that each member brought for what the alarm looks like; shape (members,)."""
    found = np.zeros(len(pool.members))
    if signal in pool.carried:
        law = densities() @ pool.statistics.mixture[signal].astype(np.float64)
        counts = pool.carried[signal][: len(found)]
        found[: len(counts)] = counts @ np.log(law)
    return found


def sole_carrier(brought: Floats) -> int | None:
    """The place of the member without which little is left, if there is one."""
    if not len(brought) or brought.sum() <= 0:
        return None
    first = int(np.argmax(brought))
    return first if brought.sum() - brought[first] < REST * brought.sum() else None


def carriers(pool: Pool) -> list[Segment]:
    """The segments that hold most of the evidence of the alarmed signals, strongest first."""
    brought = sum((contributions(pool, signal) for signal in pool.alarms), np.zeros(len(pool.members)))
    order = np.argsort(-brought, kind="stable")
    order = order[brought[order] > 0][:MOST]
    reached = np.cumsum(brought[order])
    needed = int(np.searchsorted(reached, SHARE * reached[-1]) + 1) if len(order) else 0
    return [pool.members.segment(int(place)) for place in order[:needed]]
