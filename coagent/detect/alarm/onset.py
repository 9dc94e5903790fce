"""Since when a signal is another: the start from which on the rows held are the likeliest to have changed (CUSUM)."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.stats import chi2

from coagent.detect.constants import DOUBT
from coagent.detect.sensor.normal_scores import known, log_densities
from coagent.detect.state.stream import Watch

REACH = chi2.ppf(1 - DOUBT, 1) / 2
"""Starts whose likelihood is within this logarithm of the best one's are possible."""


class Onset(NamedTuple):
    """Ordinals."""

    best: int
    low: int
    high: int


def onset(watch: Watch, signal: int, mixture: Sequence[float]) -> Onset:
    """`mixture`: each bet's share of the evidence, which is what a row looks like since the change."""
    rows = known(signal, watch.recent.since(watch.gapless_from))
    ratios = np.log(np.exp(log_densities(watch, signal, rows)) @ np.array(mixture))
    likelihoods = np.cumsum(ratios[::-1])[::-1]
    possible = np.flatnonzero(likelihoods >= likelihoods.max() - REACH)
    return Onset._make(int(rows.ordinals[place]) for place in (likelihoods.argmax(), possible[0], possible[-1]))
