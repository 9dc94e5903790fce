"""Speeds that got better for good: means of blocks of normal scores, each lower than any before.

A stay with a faster host looks the same for a while, so many rows and seconds have to agree, and all before them has to
disagree: whoever was as fast before is no improvement. Where nothing changed the scores are independent and normal, and
so is their mean: its tail is the chance of a false alarm.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import (
    ASIDE,
    DAY_S,
    HOUR_S,
    LEVEL_BLOCKS,
    LEVEL_VARIED,
    SECONDS_AT_ONCE,
    SLOW_ROWS,
    SLOW_WANDER,
)
from coagent.detect.sensor.densities import normal_score
from coagent.detect.sensor.jit import compiled, inlined
from coagent.detect.sensor.sensed import COUNT

Floats = NDArray[np.float64]


class Levels(NamedTuple):
    """First axis: signal. `running`: rows, sum of scores and first time of the running block; `newest`: rows and sum of
    each of the last LEVEL_BLOCKS blocks, the latest last; `before`: how many blocks came before these, the lowest of
    their means, the sum of means and of their squares.
    """

    running: Floats
    newest: Floats
    before: Floats


def no_levels() -> Levels:
    return Levels(np.zeros((COUNT, 3)), np.zeros((COUNT, LEVEL_BLOCKS, 2)), np.zeros((COUNT, 4)))


@inlined
def levels_of(levels: Levels, s: int) -> Levels:
    """Of one signal: without the first axis."""
    return Levels(levels.running[s], levels.newest[s], levels.before[s])


@inlined
def fell(z: float, time_s: float, limit: float, levels: Levels) -> float:
    """A row's normal score joins. By how many deviations the level is lower now for good, else 0; looked at where a
    block is complete.
    """
    running = levels.running
    if running[0] == 0:
        running[2] = time_s
    running[0] += 1
    running[1] += z
    lasted_s = time_s - running[2]
    if running[0] < SLOW_ROWS or lasted_s < SECONDS_AT_ONCE or HOUR_S < LEVEL_BLOCKS * lasted_s < DAY_S:
        return 0.0
    return _complete(limit, levels)


@compiled
def _complete(limit: float, levels: Levels) -> float:
    running, newest, before = levels
    rows = running[0]
    if newest[0, 0] > 0:
        oldest = newest[0, 1] / newest[0, 0]
        before[1] = min(before[1], oldest) if before[0] > 0 else oldest
        before[0] += 1
        before[2] += oldest
        before[3] += oldest**2
    newest[:-1] = newest[1:]
    newest[-1] = running[:2]
    running[:] = 0
    if before[0] < LEVEL_BLOCKS or not np.isfinite(limit):
        return 0.0
    return _fall(normal_score(min(ASIDE**2 * rows / limit, 0.5)), newest, before)


@compiled
def _fall(needed: float, newest: Floats, before: Floats) -> float:
    """`needed`: deviations of a normal mean that chance is rare enough beyond."""
    rows, total, highest = 0.0, 0.0, -np.inf
    for k in range(len(newest)):
        rows += newest[k, 0]
        total += newest[k, 1]
        highest = max(highest, newest[k, 1] / newest[k, 0])
    level = before[2] / before[0]
    varied = np.sqrt(max(before[3] / before[0] - level**2, 0.0))
    fall = level - total / rows
    lower = highest < before[1] and fall > max(SLOW_WANDER, LEVEL_VARIED * varied)
    return fall if lower and total < needed * np.sqrt(rows) else 0.0
