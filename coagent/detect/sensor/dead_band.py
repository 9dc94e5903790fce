"""How far the level of a signal wanders where nothing changed, and the dead band that follows from it.

Upward bets see the value moved down by the band, downward bets the value moved up. Bets rise with the rank, so that
only ever lowers evidence, row by row, whatever the band is and however it was learned.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.constants import BANDS, BLOCKS, DEVIATIONS
from coagent.detect.sensor.grid import STEP
from coagent.detect.sensor.jit import compiled, inlined
from coagent.detect.sensor.sensed import COUNT, IS_FACTOR, KINDS

Floats = NDArray[np.float64]

PRIOR = np.array([BANDS[kind].wander for kind in KINDS])
TRUST = np.array([BANDS[kind].trust for kind in KINDS])
MARGIN = np.array([BANDS[kind].margin for kind in KINDS])


class Wander(NamedTuple):
    """First axis: signal. `logs`: count, mean and sum of squared deviations of the places on the grid. `sums`: rows and
    sum of normal scores in the running block of each size; `blocks`: blocks completed and the sum of their squared
    sums, each divided by the size. `newest`: blocks that do not count yet, those of the running BLOCKS[1] rows and
    those before them: a change must not widen its own band. `band`: the dead band in normal scores, and in grid steps;
    one of them is 0.
    """

    logs: Floats
    sums: Floats
    blocks: Floats
    newest: Floats
    band: Floats


def no_wander() -> Wander:
    sizes = (COUNT, len(BLOCKS), 2)
    newest = np.zeros((COUNT, 2, len(BLOCKS), 2))
    found = Wander(np.zeros((COUNT, 3)), np.zeros(sizes), np.zeros(sizes), newest, np.zeros((COUNT, 2)))
    for s in range(COUNT):
        set_band(s, Wander._make([part[s] for part in found]))
    return found


@inlined
def level_of(wander: Wander, s: int) -> Wander:
    """Of one signal: without the first axis."""
    return Wander(wander.logs[s], wander.sums[s], wander.blocks[s], wander.newest[s], wander.band[s])


@compiled
def wander_of(blocks: Floats, prior: float, trust: float, margin: float) -> float:
    """Deviation of the level that rows share: by how much means over blocks vary beyond independent rows' means;
    `margin` standard errors are taken off.
    """
    worst = 0.0
    for k in range(len(BLOCKS)):
        size = BLOCKS[k]
        count = blocks[k, 0] + trust / size
        variance = (blocks[k, 1] + trust / size * (1 + size * prior * prior)) / count
        worst = max(worst, (variance / (1 + margin * np.sqrt(2 / count)) - 1) / size)
    return float(np.sqrt(worst))


def measured_wander(s: int, wander: Wander) -> float:
    """What was measured of signal `s` alone, in deviations of a row."""
    return wander_of(wander.blocks[s], 0.0, BLOCKS[1], 1.0)


@compiled
def set_band(s: int, level: Wander) -> None:
    """Of signal `s`, from what was measured so far; due whenever a block of the smallest size is complete."""
    logs = level.logs
    spread = max(STEP * np.sqrt(logs[2] / logs[0]) if logs[0] > 1 else 0.0, STEP)
    prior = PRIOR[s] / spread if IS_FACTOR[s] else PRIOR[s]
    deviation = wander_of(level.blocks, prior, TRUST[s], MARGIN[s])
    if IS_FACTOR[s]:
        level.band[1] = np.ceil(DEVIATIONS * deviation * spread / STEP)
    else:
        level.band[0] = DEVIATIONS * deviation


@inlined
def learn(s: int, place: int, z: float, calm: bool, level: Wander) -> None:
    """A row's place on the grid and its normal score; while evidence is not calm they are not counted."""
    if calm:
        level.logs[0] += 1
        delta = place - level.logs[1]
        level.logs[1] += delta / level.logs[0]
        level.logs[2] += delta * (place - level.logs[1])
    level.sums[0, 0] += 1
    level.sums[0, 1] += z
    if level.sums[0, 0] == BLOCKS[0]:
        complete(s, calm, level)


@compiled
def complete(s: int, calm: bool, level: Wander) -> None:
    """A block of the smallest size, and of larger ones those that end with it. Those before the last BLOCKS[1] rows
    count from now on, while evidence is calm.
    """
    newest, ends = level.newest, level.sums[1, 0] + BLOCKS[0] >= BLOCKS[1]
    roll(True, level.sums, newest[0])
    if not ends:
        return
    if calm:
        level.blocks[:] += newest[1]
        newest[1] = 0
    newest[1] += newest[0]
    newest[0] = 0
    set_band(s, level)


@compiled
def roll(calm: bool, sums: Floats, blocks: Floats) -> None:
    """Blocks that are complete are counted while evidence is calm, and added to those of the next size."""
    for k in range(len(BLOCKS)):
        if sums[k, 0] < BLOCKS[k]:
            break
        if calm:
            blocks[k, 0] += 1
            blocks[k, 1] += sums[k, 1] ** 2 / BLOCKS[k]
        if k + 1 < len(BLOCKS):
            sums[k + 1] += sums[k]
        sums[k] = 0
