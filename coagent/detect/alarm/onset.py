"""Since when a signal is another: the start from which on the rows held are the likeliest to have changed (CUSUM)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from coagent.detect.constants import DOUBT, JOINED
from coagent.detect.sensor.densities import joined_place
from coagent.detect.sensor.normal_scores import SENSOR_OF, known, log_densities
from coagent.detect.state.stream import Watch

REACH = gammaincinv(0.5, 1 - DOUBT)
"""Starts whose likelihood is within this logarithm of the best one's are possible."""

LEAST_DENSITY = 1e-9
"""Of a rank that no unchanged row should have."""

Floats = NDArray[np.float64]


class Onset(NamedTuple):
    """Ordinals."""

    best: int
    low: int
    high: int


def onset(watch: Watch, signal: int, mixture: Sequence[float]) -> Onset:
    """`mixture`: each bet's share of the evidence, which is what a row looks like since the change."""
    rows = known(signal, watch.recent.since(watch.gapless_from))
    sensors, sensor = watch.sensor, SENSOR_OF[signal]
    joined = joined_place(sensors.evidence.going[sensor], sensors.reference.totals[sensor].sum())
    changed = np.exp(log_densities(watch, signal, rows, joined)) @ np.array(mixture)
    ratios = np.log(changed / _unchanged(changed, JOINED[joined]))
    likelihoods = np.cumsum(ratios[::-1])[::-1]
    possible = np.flatnonzero(likelihoods >= likelihoods.max() - REACH)
    return Onset._make(int(rows.ordinals[row]) for row in (likelihoods.argmax(), possible[0], possible[-1]))


def _unchanged(changed: Floats, share: float) -> Floats:
    """Densities of the same ranks of unchanged rows: such a share of the rows that they are taken among changed."""
    return np.maximum((1 - share * changed) / (1 - share), LEAST_DENSITY)
