"""Since when a signal is another, from the rows that are held: where a sum of scores turned up for good (CUSUM)."""

from typing import NamedTuple

import numpy as np

from coagent.detect.sensor.normal_scores import known, scores
from coagent.detect.state.stream import Watch

FIRST_SLACK = 0.25
"""Deviations a row taken off at first; then half of what the change seems to be, which is where CUSUM is best."""
DOUBT = 2.0
"""Starts whose likelihood is within this logarithm of the best one's are possible."""


class Onset(NamedTuple):
    """Ordinals."""

    best: int
    low: int
    high: int


def onset(watch: Watch, signal: int, direction: int) -> Onset:
    rows = known(signal, watch.recent.since(watch.gapless_from))
    moved = direction * scores(watch, signal, rows)
    start = _turn(moved, FIRST_SLACK)
    size = max(float(moved[start:].mean()), 2 * FIRST_SLACK)
    likelihoods = size * np.cumsum((moved - size / 2)[::-1])[::-1]
    possible = np.flatnonzero(likelihoods >= likelihoods.max() - DOUBT)
    return Onset._make(int(rows.ordinals[place]) for place in (likelihoods.argmax(), possible[0], possible[-1]))


def _turn(moved: np.ndarray, slack: float) -> int:
    """Place from which on the sum to the end is the highest."""
    return int(np.cumsum((moved - slack)[::-1])[::-1].argmax())
