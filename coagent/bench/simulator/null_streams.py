"""Streams in which nothing changed, and much moves all the same: hosts, load, topics, bursts, the hours of the day."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from coagent.bench.simulator.rows import Columns, rows_of
from coagent.bench.simulator.traffic import DAY_S, IID
from coagent.bench.simulator.world import Floats, World

ORDINARY = World()
HOSTS = (0.75, 0.9, 1.0, 1.15, 1.35)
"""Speeds of hosts of one model, as factors on their times."""
STAY_ROWS = 40
"""Rows that stay with a host, on average."""
BURST_ROWS, BURST_SLOWER, BURST_ERRORS, BURSTS_A_ROW = (15, 60), (1.2, 2.5), 0.08, 1 / 800
DAY_SWING = 0.15
TOPIC_ROWS, TOPIC_SWING = (30, 3_000), 0.125
"""A quarter of the deviation of output lengths."""

Levels = Callable[[np.random.Generator, int], World]


@dataclass(frozen=True, slots=True)
class NullStream:
    """`world` draws a level for each row."""

    name: str
    world: Levels

    def columns(self, seed: int, rows: int) -> Columns:
        """The same seed gives the same rows."""
        rng = np.random.default_rng([seed, len(self.name), rows])
        world = self.world(rng, rows)
        return rows_of(world, world, np.zeros(rows), IID, rng)


def slower(factor: Floats) -> World:
    """All times multiplied."""
    return ORDINARY.but_levels(pace_s=ORDINARY.pace_s * factor, first_token_s=ORDINARY.first_token_s * factor)


def independent(_rng: np.random.Generator, _rows: int) -> World:
    return ORDINARY


def hosts(rng: np.random.Generator, rows: int) -> World:
    """Requests stay with one of several hosts, each of a speed of its own."""
    run = np.cumsum(rng.random(rows) < 1 / STAY_ROWS)
    return slower(rng.choice(HOSTS, int(run[-1]) + 1)[run])


def load(phi: float, deviation: float) -> Levels:
    """All times share a level that wanders, AR(1)."""

    def world(rng: np.random.Generator, rows: int) -> World:
        steps = rng.standard_normal(rows) * np.sqrt(1 - phi**2)
        steps[0] = rng.standard_normal()
        return slower(np.exp(deviation * lfilter([1.0], [1.0, -phi], steps)))

    return world


def days_and_bursts(rng: np.random.Generator, rows: int) -> World:
    """Slower by day; now and then some dozen rows are far slower and fail more often."""
    times = 2.0 * np.arange(rows)
    factor, error = np.exp(DAY_SWING * np.sin(2 * np.pi * times / DAY_S)), np.full(rows, 0.01)
    for start in np.flatnonzero(rng.random(rows) < BURSTS_A_ROW).tolist():
        part = slice(start, start + int(rng.integers(*BURST_ROWS)))
        factor[part] *= rng.uniform(*BURST_SLOWER)
        error[part] = BURST_ERRORS
    return ORDINARY.but_levels(
        pace_s=ORDINARY.pace_s * factor, first_token_s=ORDINARY.first_token_s * factor, error=error
    )


def topics(rng: np.random.Generator, rows: int) -> World:
    """Output lengths wander, some dozen to thousands of rows long; the input says nothing of it."""
    level, at = np.empty(rows), 0
    while at < rows:
        length = int(np.exp(rng.uniform(*np.log(TOPIC_ROWS))))
        level[at : at + length] = np.exp(TOPIC_SWING * rng.standard_normal())
        at += length
    return ORDINARY.but_levels(output_scale=level)


def prompts(rng: np.random.Generator, rows: int) -> World:
    """Input and output lengths wander together."""
    scale = topics(rng, rows).output_scale
    return ORDINARY.but_levels(input_scale=scale, output_scale=scale)


NULL_STREAMS = (
    NullStream("independent", independent),
    NullStream("hosts of speed", hosts),
    NullStream("load, AR(1) 0.9", load(0.9, 0.15)),
    NullStream("load, AR(1) 0.99", load(0.99, 0.15)),
    NullStream("day cycle and bursts", days_and_bursts),
    NullStream("topics", topics),
    NullStream("topics of prompts and answers", prompts),
)
