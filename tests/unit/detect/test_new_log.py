"""A log that begins anew in the midst of a change: what was learned and is open goes on, offsets begin at 0."""

from datetime import UTC, datetime
from typing import Any

import pytest

from coagent.detect.config import DetectConfig
from coagent.domain.batch import Source
from coagent.domain.command import Accept
from coagent.steps.detect import Detected, DetectStep

from .batches import SEGMENT, SOURCE, Columns, batch_of
from .test_detect_step import CHANGE, ROWS, traffic

NEW = Source("another", SOURCE.topic, SOURCE.partition)
CUT = CHANGE + 60
"""The alarm is raised, and nothing is settled."""


def feed(state: bytes | None, columns: Columns, rows: range, first: int, source: Source) -> list[Detected]:
    step, found = DetectStep(DetectConfig()), []
    for start in range(rows.start, rows.stop, 20):
        part = {name: values[start : min(start + 20, rows.stop)] for name, values in columns.items()}
        found.append(step(state, batch_of(part, start - rows.start + first, source=source)))
        state = found[-1].state
    return found


def candidates(found: list[Detected]) -> list[tuple[Any, ...]]:
    """But for the evidence's last digits: a row's tie-breaking noise hangs on its place in the log."""
    reported = (one for each in found for one in each.candidates)
    return [(one.id, one.sequence, one.phase, one.onset, one.raised, one.now, one.rows_before) for one in reported]


@pytest.mark.parametrize("source", [NEW, SOURCE])
def test_what_is_reported_is_the_same_as_without_the_restart(source: Source):
    columns = traffic()
    unbroken = feed(None, columns, range(ROWS), 0, SOURCE)
    before = feed(None, columns, range(CUT), 0, SOURCE)
    after = feed(DetectStep.begin_new_log(before[-1].state), columns, range(CUT, ROWS), 0, source)
    assert DetectStep.has_open_change(before[-1].state, SEGMENT)
    assert candidates(unbroken) == candidates(before + after)


def test_every_row_counts_once_in_minutes_that_are_split_in_parts():
    columns = traffic()
    before = feed(None, columns, range(CUT), 0, SOURCE)
    after = feed(DetectStep.begin_new_log(before[-1].state), columns, range(CUT, ROWS), 0, NEW)
    counted = {(one.minute, one.part): one.requests for each in before + after for one in each.rollups}
    assert sum(counted.values()) == ROWS


def test_what_is_open_can_be_accepted_in_the_new_log():
    columns = traffic()
    before = feed(None, columns, range(CUT), 0, SOURCE)
    accept = Accept(id="a", at=datetime.now(UTC), by="ann", segment=SEGMENT)
    obeyed = DetectStep(DetectConfig()).obey(DetectStep.begin_new_log(before[-1].state), accept)
    assert [one.phase for one in obeyed.candidates] == ["reset"]


def test_a_state_of_another_kind_stays_as_it_is():
    assert DetectStep.begin_new_log(b'{"kind":"rate"}') == b'{"kind":"rate"}'
    assert not DetectStep.has_open_change(b'{"kind":"rate"}', SEGMENT)
