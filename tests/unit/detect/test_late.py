"""Signals that first come with later rows."""

import numpy as np
import pytest

from coagent.detect.columns import Columns
from coagent.detect.config import DetectConfig
from coagent.detect.observe import observe
from coagent.detect.signals import PLACE_OF
from coagent.detect.watch import Watch

from .batches import SEGMENT, SOURCE, batches_of, timed

CONFIG = DetectConfig()
FIRST = 300
"""The row with which the signal comes."""


def active_after(logprobs: np.ndarray, size: int) -> bool:
    watch = Watch(SEGMENT)
    for batch in batches_of(timed({"mean_logprob": logprobs}), [size]):
        observe(watch, Columns(batch), SOURCE, CONFIG)
    return bool(watch.sensors.active[PLACE_OF["mean_logprob"]])


@pytest.mark.parametrize("size", [37, 1000])
def test_it_begins_with_the_row_that_makes_its_values_enough(size: int) -> None:
    logprobs = -np.random.default_rng(6).exponential(size=FIRST + CONFIG.warm_rows)
    logprobs[:FIRST] = np.nan
    assert not active_after(logprobs[:-1], size)
    assert active_after(logprobs, size)


def test_what_is_not_finite_is_no_value() -> None:
    logprobs = -np.random.default_rng(6).exponential(size=FIRST + CONFIG.warm_rows)
    logprobs[:FIRST], logprobs[FIRST] = np.nan, -np.inf
    assert not active_after(logprobs, 37)
