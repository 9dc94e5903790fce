"""People see what each detector promises: reported when something happened, and seldom otherwise."""

import numpy as np
import pytest

from coagent.adapters.kafka.internal_codec import DETECTORS
from coagent.detect.config import DetectConfig
from coagent.detect.constants import SLACK
from coagent.domain.detector import Detector, Detectors
from coagent.steps.detect import DetectStep

from .batches import batches_of
from .test_detect_step import CHANGE, ROWS, traffic

CONFIG = DetectConfig(false_alarms_per_month=2, rows_per_month=4e6)
MOST_BYTES_A_ROW = 3


def reported(columns: dict, batch_rows: int) -> list[Detectors]:
    step, state, found = DetectStep(CONFIG), None, []
    for batch in batches_of(columns, [batch_rows]):
        detected = step(state, batch)
        state = detected.state
        found += detected.detectors
    return found


def of(detectors: Detectors, signal: str) -> Detector:
    return next(one for one in detectors.detectors if one.signal == signal)


def test_it_warms_up_then_promises_what_the_budget_allows() -> None:
    found = reported(traffic(factor=1.0), 30)
    assert {one.status for one in found[0].detectors} == {"warming_up"}
    assert {one.promise_rows for one in found[0].detectors} == {None}
    last = found[-1]
    assert last.promise_rows == CONFIG.threshold
    shares = sum(one.budget_share for one in last.detectors)
    assert 0.7 < shares < 1 + 1e-3
    for one in last.detectors:
        if one.status == "watching" and one.budget_share:
            # Shares are reported in a few digits.
            assert one.promise_rows == pytest.approx(SLACK * CONFIG.threshold / one.budget_share, rel=1e-2)
            assert one.log10_needed == pytest.approx(np.log10(one.promise_rows), abs=1e-3)
        if one.status == "watching":
            assert one.log10_evidence <= one.log10_peak
    assert of(last, "input_length").budget_share == 0


def test_sequences_grow_and_an_alarm_is_seen() -> None:
    found = reported(traffic(), 40)
    assert [one.sequence for one in found] == list(range(1, len(found) + 1))
    suspicious = [one for one in found if any(each.status == "suspicious" for each in one.detectors)]
    assert CHANGE <= suspicious[0].rows_seen <= CHANGE + 80
    assert {each.status for each in found[-1].detectors} <= {"watching", "warming_up"}


def test_a_change_that_came_and_was_settled_within_one_batch_is_seen_too() -> None:
    found = reported(traffic(), 800)
    assert found[-1].rows_seen == ROWS
    assert of(found[-1], "output_tokens").reference_rows < ROWS - CHANGE


def test_what_goes_on_as_ever_is_reported_seldom_and_costs_little() -> None:
    columns = traffic(factor=1.0, rows=20_000)
    found = reported(columns, 100)
    sizes = [len(DETECTORS.encode(one)) for one in found]
    assert sum(sizes) / 20_000 < MOST_BYTES_A_ROW
    calm = [one.rows_seen for one in found if one.rows_seen > 4000]
    assert len(calm) <= 6
