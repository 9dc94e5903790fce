"""The pool's evidence: Shiryaev-Roberts statistics that grow by whole batches.

Under a bet with density f, a batch of n ranks multiplies the evidence by exp(sum of ln f): R becomes (n + R) times
that. Its mean less the number of rows is a martingale as in `coagent.detect.conformal_sensor`, so that the average run
length is at least the threshold, in rows, for one signal and for the weighted mean over signals.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coagent.detect.pool.bets import bets_count, densities, log_densities
from coagent.detect.pool.cells import Counts
from coagent.detect.signals import COUNT

LEVELS = (8, 64, 512, 4096, 32_768)
"""Rows of the blocks that measure dependence."""
STEEPEST = 80.0
"""Natural logarithm of what a batch may multiply evidence by; any more is an alarm anyway."""
LEAST, MOST = 1e-30, 1e30

Floats = NDArray[np.float64]
Signals = NDArray[np.int64]


class Statistics(NamedTuple):
    """First axis: signal. `bet_sums` (3, bet) are sums over starts of evidence, of age times evidence and of squared
    age times evidence, age in known rows of the signal. `known` counts these. `filling` (level; score sum, rows) are
    blocks that fill up, `moments` (level; blocks, sum of squares) and `calm` what full ones said of dependence, and
    what they said while nothing looked suspicious; `variance` (level) follows. `stat` is the evidence after due
    caution, `peak` its highest. `alarmed`: 1 while it has an alarm, 2 while one that was told to its end still shows.
    `mixture` (bet) is what the alarm looks like, `recovery` the log evidence that it is over. `wolves` counts alarms
    that proved to be none.
    """

    bet_sums: NDArray[np.float32]
    known: NDArray[np.int64]
    filling: Floats
    moments: Floats
    calm: Floats
    variance: Floats
    stat: Floats
    peak: Floats
    alarmed: NDArray[np.int8]
    mixture: NDArray[np.float32]
    recovery: Floats
    wolves: NDArray[np.int64]


def new_statistics() -> Statistics:
    """Nothing seen."""
    levels = len(LEVELS)
    return Statistics(
        bet_sums=np.zeros((COUNT, 3, bets_count()), np.float32),
        known=np.zeros(COUNT, np.int64),
        filling=np.zeros((COUNT, levels, 2)),
        moments=np.zeros((COUNT, levels, 2)),
        calm=np.zeros((COUNT, levels, 2)),
        variance=np.ones((COUNT, levels)),
        stat=np.zeros(COUNT),
        peak=np.zeros(COUNT),
        alarmed=np.zeros(COUNT, np.int8),
        mixture=np.zeros((COUNT, bets_count()), np.float32),
        recovery=np.zeros(COUNT),
        wolves=np.zeros(COUNT, np.int64),
    )


def grow(statistics: Statistics, signals: Signals, cells: Counts) -> None:
    """A batch's ranks `cells` (signals, CELLS) of signals without an alarm."""
    rows = cells.sum(axis=1)[:, None].astype(np.float64)
    factor = np.exp(np.clip(cells @ log_densities(), -STEEPEST, STEEPEST))
    evidence, age, square = np.moveaxis(statistics.bet_sums[signals].astype(np.float64), 1, 0)
    square += 2 * rows * age + rows**2 * evidence + rows**3 / 3
    age += rows * evidence + rows**2 / 2
    evidence += rows
    grown = np.stack([evidence, age, square], axis=1) * factor[:, None, :]
    statistics.bet_sums[signals] = np.clip(grown, LEAST, MOST)


def means(statistics: Statistics, signals: Signals) -> tuple[Floats, Floats]:
    """The bets' mean evidence and its mean age in rows, each of shape (signals,)."""
    sums = statistics.bet_sums[signals, :2].astype(np.float64).sum(axis=2)
    return sums[:, 0] / bets_count(), sums[:, 1] / sums[:, 0]


def fall(statistics: Statistics, signals: Signals, cells: Counts) -> None:
    """Of signals with an alarm: evidence that ranks are uniform again, not what raised it."""
    changed = statistics.mixture[signals].astype(np.float64) @ densities().T
    gained = -(cells * np.log(np.maximum(changed, LEAST))).sum(axis=1)
    statistics.recovery[signals] = np.maximum(statistics.recovery[signals] + gained, 0.0)


def forget(statistics: Statistics, signals: Signals) -> None:
    """Starts these signals' evidence anew; what is known of their dependence stays."""
    for array in (
        statistics.bet_sums, statistics.stat, statistics.peak, statistics.alarmed, statistics.mixture,
        statistics.recovery, statistics.filling,
    ):  # fmt: skip
        array[signals] = 0
    statistics.moments[signals] = statistics.calm[signals]


def note_mixture(statistics: Statistics, signal: int) -> None:
    """Keeps what the evidence says about the kind of change: each bet's share of it."""
    sums = statistics.bet_sums[signal, 0].astype(np.float64)
    statistics.mixture[signal] = sums / sums.sum()
    statistics.recovery[signal] = 0.0
    statistics.alarmed[signal] = 1
