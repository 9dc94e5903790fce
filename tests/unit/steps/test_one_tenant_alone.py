"""From rows to a shift: a change of one tenant alone is reported about that tenant."""

import numpy as np

from coagent.confirm.config import ConfirmConfig
from coagent.detect.config import DetectConfig
from coagent.domain.batch import Batch, Source, TextColumn
from coagent.domain.segment import Segment
from coagent.domain.shift import Shift
from coagent.steps.confirm import ConfirmStep
from coagent.steps.detect import DetectStep

STREAM, TENANTS, BEFORE, ROWS = Segment("openai", "gpt-4"), 20, 8_000, 11_000
CHANGED = 3


def rows() -> Batch:
    """A row a second; one tenant's log-probabilities are 1.8 times as low from row BEFORE on."""
    rng, at = np.random.default_rng(0), np.arange(ROWS)
    tenants = rng.integers(0, TENANTS, ROWS)
    moved = (tenants == CHANGED) & (at >= BEFORE)
    numbers = {
        "time_s": 1.79e9 + at,
        "input_tokens": np.rint(np.exp(rng.normal(6, 0.6, ROWS))),
        "output_tokens": np.rint(np.exp(rng.normal(5, 0.4, ROWS))),
        "mean_logprob": -np.exp(0.3 * rng.normal(size=ROWS) + tenants % 5) * np.where(moved, 1.8, 1.0),
    }
    return Batch(
        segment=STREAM,
        source=Source("test", "telemetry", 0),
        rows=ROWS,
        first_offset=0,
        last_offset=ROWS - 1,
        offsets=at.astype("<i8").tobytes(),
        indexes=np.zeros(ROWS, "<i4").tobytes(),
        numbers={name: values.astype("<f8").tobytes() for name, values in numbers.items()},
        texts={"tenant": TextColumn([f"tenant-{one}" for one in range(TENANTS)], tenants.astype("<i4").tobytes())},
    )


def test_the_shift_names_the_tenant() -> None:
    state, shifts = None, list[Shift]()
    confirm = ConfirmStep(ConfirmConfig())
    for candidate in DetectStep(DetectConfig())(None, rows()).candidates:
        judged = confirm(state, candidate)
        state, shifts = judged.state, shifts + judged.shifts
    assert {shift.segment.tenant for shift in shifts} == {f"tenant-{CHANGED}"}
    assert {shift.cause.family for shift in shifts} == {"provider"}
    assert {shift.signals[0].name for shift in shifts} == {"mean_logprob"}
