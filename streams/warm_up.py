"""Compiles and loads what the steps need at their first use, on made-up rows, before the worker joins its group."""

import logging
import time

import numpy as np

from coagent.domain.batch import Batch, Source, TextColumn
from coagent.domain.evidence import GroupNews
from coagent.domain.segment import Segment
from coagent.steps.confirm import ConfirmStep
from coagent.steps.detect import DetectStep

log = logging.getLogger(__name__)

ROWS = 512
STREAM = Segment("warm-up", "warm-up")
CALM, CHANGED = 4, 2
"""Batches before and after a change that is large enough to be noticed and judged."""


def warm_up(detect: DetectStep, confirm: ConfirmStep) -> None:
    """Takes both steps through a change of a stream with parts and prices."""
    began = time.perf_counter()
    state = judged = None
    for number in range(CALM + CHANGED):
        if number == 1:
            state = detect.hear(state, GroupNews(stream=STREAM)).state
        detected = detect(state, _batch(number * ROWS, factor=1.0 if number < CALM else 3.0))
        state = detected.state
        for candidate in detected.candidates:
            judged = confirm(judged, candidate).state
    log.info("warm after %.1f s", time.perf_counter() - began)


def _batch(first: int, factor: float) -> Batch:
    offsets = np.arange(first, first + ROWS, dtype="<i8")
    spread = (offsets * 7919 % 997).astype("<f8")  # any fixed scatter does
    numbers = {
        "time_s": 1.7e9 + offsets,
        "input_tokens": 100 + spread % 13,
        "output_tokens": factor * (50 + spread),
        "duration_s": factor * (1 + spread / 997),
        "time_to_first_token_s": factor * (0.2 + spread / 9970),
        "cost_usd": 1e-6 * (100 + spread % 13 + factor * (50 + spread)),
    }
    return Batch(
        segment=STREAM,
        source=Source("warm-up", "warm-up", 0),
        rows=ROWS,
        first_offset=first,
        last_offset=first + ROWS - 1,
        offsets=offsets.tobytes(),
        indexes=np.zeros(ROWS, "<i4").tobytes(),
        numbers={name: values.astype("<f8").tobytes() for name, values in numbers.items()},
        texts={"task": TextColumn(["one", "other"], (offsets % 2).astype("<i4").tobytes())},
    )
