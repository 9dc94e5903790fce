"""Comparisons of a split test: requests of both arms, like with like.

Where one arm has more requests, one request of the other is compared with the mean of several: which are compared
depends on arms and kinds alone, never on a value, so that the mean of a comparison is the difference of the arms.
"""

from typing import NamedTuple

import msgspec
import numpy as np

from coagent.verdict.arm_rows import CANDIDATE, CONTROL, Ints
from coagent.verdict.plan import Floats

MOST_A_BLOCK = 8
"""Requests of the larger arm for one of the other: more would save at most 11 % of the rows."""
WAITING_A_KIND = 64
"""Requests of an arm and kind that wait for the other arm; the oldest are dropped."""
MOST_KINDS = 512
"""Of which requests wait; those of further kinds are compared with each other."""
REST = 0

Waiting = dict[int, tuple[list[float], list[float]]]
"""By kind: values of the control and of the candidate."""


class Blocks(msgspec.Struct, frozen=True, kw_only=True):
    """What waits, and how many requests each arm had whose value is known."""

    waiting: Waiting = {}
    known: tuple[int, int] = (0, 0)


class Compared(NamedTuple):
    """Means of both sides of each comparison, shape (comparisons,)."""

    control: Floats
    candidate: Floats


def with_values(before: Blocks, arms: np.ndarray, kinds: Ints, values: Floats) -> tuple[Blocks, Compared]:
    """What can be compared once these came, all with a known value."""
    news = [before.known[arm] + int((arms == arm).sum()) for arm in (CONTROL, CANDIDATE)]
    known = (news[0], news[1])
    sizes = _sizes(known)
    waiting, found = dict(before.waiting), list[tuple[Floats, Floats]]()
    for places in _by_kind(kinds):
        kind = _kept(int(kinds[places[0]]), waiting)
        sides = [
            np.concatenate([waiting.get(kind, ([], []))[arm], values[places][arms[places] == arm]])
            for arm in (CONTROL, CANDIDATE)
        ]
        count = min(len(side) // size for side, size in zip(sides, sizes, strict=True))
        means, rest = zip(*(_taken(side, size, count) for side, size in zip(sides, sizes, strict=True)), strict=True)
        waiting[kind] = (rest[0].tolist(), rest[1].tolist())
        found.append((means[0], means[1]))
    return Blocks(waiting=waiting, known=known), _joined(found)


def _by_kind(kinds: Ints) -> list[Ints]:
    """Places of each kind's requests, in their order."""
    order = np.argsort(kinds, kind="stable")
    return [one for one in np.split(order, np.flatnonzero(np.diff(kinds[order])) + 1) if len(one)]


def _sizes(known: tuple[int, int]) -> tuple[int, int]:
    """Requests of the control and of the candidate in a comparison."""
    ratio = (known[0] + 1) / (known[1] + 1)
    larger = min(max(round(max(ratio, 1 / ratio)), 1), MOST_A_BLOCK)
    return (larger, 1) if ratio >= 1 else (1, larger)


def _kept(kind: int, waiting: Waiting) -> int:
    return kind if kind in waiting or len(waiting) < MOST_KINDS else REST


def _taken(side: Floats, size: int, count: int) -> tuple[Floats, Floats]:
    """Means of the first ones, and what is left."""
    taken = count * size
    return side[:taken].reshape(count, size).mean(axis=1), side[taken:][-WAITING_A_KIND:]


def _joined(found: list[tuple[Floats, Floats]]) -> Compared:
    if not found:
        return Compared(np.empty(0), np.empty(0))
    return Compared(*(np.concatenate(side) for side in zip(*found, strict=True)))
