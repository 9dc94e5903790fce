"""Patterns of traffic: when rows come, and what neighbouring rows have in common without any change."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from scipy.signal import lfilter

from coagent.bench.simulator.world import Floats

GAP_S = 2.0
"""Mean time between requests of a segment."""
DAY_S = 86_400.0
DAY_ROWS = 2_000
BURST_ROWS, STICKY_ROWS, MIX_ROWS = 10, 30, 1_500
HOSTS = 4
DAY_SWING = 0.8
START_S = 1_790_000_000.0

Common = Callable[[np.random.Generator, Floats], Floats]
"""What rows have in common: from their times a value a row, mean 0 and variance about 1."""


@dataclass(frozen=True, slots=True)
class Traffic:
    """`shares` gives for each source of noise (see `rows.NOISES`) the share of its variance that `common` makes up."""

    name: str
    times: Callable[[np.random.Generator, int], Floats]
    common: Common
    shares: Mapping[str, float]


def poisson(rng: np.random.Generator, rows: int) -> Floats:
    """Seconds since the start of independent arrivals."""
    return np.cumsum(rng.exponential(GAP_S, rows))


def clustered(rng: np.random.Generator, rows: int) -> Floats:
    """Bursts: most gaps are short, one in BURST_ROWS is long."""
    starts = rng.random(rows) < 1 / BURST_ROWS
    return np.cumsum(rng.exponential(np.where(starts, GAP_S * BURST_ROWS, GAP_S / 20)))


def daily(rng: np.random.Generator, rows: int) -> Floats:
    """DAY_ROWS rows a day from midnight on, nine times as dense at noon as at midnight."""
    steps = np.cumsum(rng.exponential(1 / DAY_ROWS, rows))
    grid = np.linspace(0, 1, 1025)
    passed = grid - DAY_SWING * np.sin(2 * np.pi * grid) / (2 * np.pi)
    return np.asarray((np.floor(steps) + np.interp(steps % 1, passed, grid)) * DAY_S)


def nothing(_rng: np.random.Generator, times: Floats) -> Floats:
    return np.zeros_like(times)


def bursts(rng: np.random.Generator, times: Floats) -> Floats:
    """One value a burst: its requests are alike."""
    gaps = np.diff(times, prepend=times[0] - DAY_S)
    burst = np.cumsum(gaps > GAP_S / 2) - 1
    return np.asarray(rng.standard_normal(int(burst[-1]) + 1)[burst])


def day_cycle(_rng: np.random.Generator, times: Floats) -> Floats:
    """Highest at noon; standardized over rows that come as `daily` has them."""
    mean = DAY_SWING / 2
    return np.asarray((-np.cos(2 * np.pi * times / DAY_S) - mean) / np.sqrt(0.5 - mean**2))


def sticky(rng: np.random.Generator, times: Floats) -> Floats:
    """Routing to one of HOSTS hosts, each a bit different, that stays for STICKY_ROWS rows on average."""
    moves = rng.random(len(times)) < 1 / STICKY_ROWS
    run = np.cumsum(moves)
    host = rng.integers(0, HOSTS, int(run[-1]) + 1)
    return np.linspace(-1.34, 1.34, HOSTS)[host[run]]


def autoregressive(phi: float) -> Common:
    """AR(1): stationary from its first row, correlation `phi` from row to row."""

    def common(rng: np.random.Generator, times: Floats) -> Floats:
        steps = rng.standard_normal(len(times)) * np.sqrt(1 - phi**2)
        steps[0] = rng.standard_normal()
        return np.asarray(lfilter([1.0], [1.0, -phi], steps))

    return common


def mixes(rng: np.random.Generator, times: Floats) -> Floats:
    """Two kinds of requests, whose shares jump every MIX_ROWS rows or so."""
    jumps = rng.random(len(times)) < 1 / MIX_ROWS
    shares = rng.uniform(0.1, 0.9, int(jumps.sum()) + 1)[np.cumsum(jumps)]
    return np.where(rng.random(len(times)) < shares, 1.0, -1.0)


LOAD = {"first_token": 0.3, "pace": 0.3}
PROVIDER = {**LOAD, "logprob": 0.2, "output": 0.2}
IID = Traffic("iid", poisson, nothing, {})
PATTERNS = (
    IID,
    Traffic("bursts", clustered, bursts, {**PROVIDER, "input": 0.3}),
    Traffic("day cycle", daily, day_cycle, {**LOAD, "input": 0.2, "output": 0.05}),
    Traffic("sticky routing", poisson, sticky, PROVIDER),
    Traffic("AR(1) 0.3", poisson, autoregressive(0.3), {**PROVIDER, "input": 0.3}),
    Traffic("AR(1) 0.9", poisson, autoregressive(0.9), {**PROVIDER, "input": 0.3}),
    Traffic("AR(1) 0.99", poisson, autoregressive(0.99), LOAD),
    Traffic("mix shifts", poisson, mixes, {"input": 0.7}),
)
"""All of them null: nothing here is a change of the provider or of the client's code."""
