"""The promise: on average at least A rows between false alarms, for exchangeable rows of any law."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from .streams import first_alarm

SIGNALS = 6
Draw = Callable[[np.random.Generator, int], NDArray[np.float64]]

KINDS: dict[str, tuple[Draw, bool]] = {
    "independent signals": (lambda rng, rows: rng.normal(size=(SIGNALS, rows)), False),
    "one signal six times": (lambda rng, rows: np.repeat(rng.normal(size=(1, rows)), SIGNALS, axis=0), False),
    "heavy tails": (lambda rng, rows: rng.standard_cauchy((SIGNALS, rows)), False),
    "rare events": (lambda rng, rows: (rng.random((SIGNALS, rows)) < 0.01).astype(float), True),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("threshold", "streams"), [(100, 100), (1000, 40)])
def test_measured_run_length_is_at_least_the_promised_one(kind: str, threshold: int, streams: int) -> None:
    draw, binary = KINDS[kind]
    rows = 20 * threshold
    ends = [
        first_alarm(draw(np.random.default_rng((threshold, stream)), rows), threshold, binary=binary, seed=stream)
        for stream in range(streams)
    ]
    watched = sum(rows if end is None else end + 1 for end in ends)
    alarms = sum(end is not None for end in ends)
    assert watched / max(alarms, 1) >= threshold
