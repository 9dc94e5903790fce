"""The evidence's way to the alarm, as candidates carry it."""

import numpy as np
import pytest

from coagent.detect.config import DetectConfig
from coagent.domain.candidate import Candidate
from coagent.domain.trace import Trace

from .batches import batches_of
from .test_detect_step import CHANGE, run, traffic

MOST_POINTS = 64


def reported(columns: object) -> list[tuple[Candidate, Trace]]:
    found = run(list(batches_of(columns, [256])))[1]  # type: ignore[arg-type]
    return [(one, one.trace) for one in found if one.trace]


def test_evidence_passes_the_threshold_at_the_alarm_and_not_before() -> None:
    for one, trace in reported(traffic(declared=False)):
        evidence = dict(zip(trace.rows, trace.log10_evidence, strict=True))
        before = [evidence[row] for row in trace.rows if row < one.raised.ordinal]
        assert max(before) <= DetectConfig().log10_threshold < evidence[one.raised.ordinal]
        assert trace.log10_threshold == pytest.approx(DetectConfig().log10_threshold, abs=0.01)


def test_it_reaches_from_the_reference_to_now_in_a_bounded_number_of_rows() -> None:
    for one, trace in reported(traffic(declared=False)):
        assert len(trace.rows) == len(trace.times) == len(trace.log10_evidence) <= MOST_POINTS
        assert trace.rows == sorted(set(trace.rows))
        assert (trace.rows[0] < CHANGE / 4, trace.rows[-1]) == (True, one.now.ordinal)
        assert sum(row < one.onset.ordinal for row in trace.rows) >= 15
        assert dict(zip(trace.rows, trace.times, strict=True))[one.raised.ordinal] == one.raised.time


def test_evidence_falls_again_where_the_change_passes() -> None:
    one, trace = reported(traffic(factor=2.5, until=CHANGE + 60, declared=False))[-1]
    assert one.phase == "recovered"
    evidence = dict(zip(trace.rows, trace.log10_evidence, strict=True))
    assert evidence[one.now.ordinal] < evidence[one.raised.ordinal] - 2


def test_a_change_that_was_accepted_is_not_in_the_next_ones_picture() -> None:
    columns = traffic(until=2600, rows=2600, declared=False)
    longer = np.where(np.arange(2600) >= 2000, 2.0, 1.0)
    for name in ("output_tokens", "output_chars", "duration_s"):
        columns[name] = np.asarray(columns[name]) * longer
    one, trace = reported(columns)[-1]
    before = [evidence for row, evidence in zip(trace.rows, trace.log10_evidence, strict=True) if row < 1990]
    assert one.raised.ordinal >= 2000
    assert before
    assert max(before) < 4
