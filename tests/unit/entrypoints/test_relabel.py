"""Replayed traffic keeps its gaps and everything but time and tenant."""

from datetime import UTC, datetime

import msgspec
import pytest

from coagent.domain.errors import Fatal
from coagent.entrypoints.replay.relabel import relabel

LINES = [b'{"time":"2026-01-01T00:00:00Z","x":1}', b'{"time":"2026-01-01T00:00:09Z","tenant":"a"}']


def test_the_last_record_is_at_the_end_and_gaps_stay():
    end = datetime(2026, 2, 1, tzinfo=UTC)
    first, last = (msgspec.json.decode(line) for line in relabel(LINES, end=end, labels={"tenant": "demo"}))
    assert {"time": "2026-01-31T23:59:51+00:00", "x": 1, "tenant": "demo"} == first
    assert {"time": "2026-02-01T00:00:00+00:00", "tenant": "demo"} == last


def test_epoch_seconds_are_times_too():
    assert b'"time":"1970-01-01T00:00:10+00:00"' in relabel([b'{"time":10}'])[0]


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (b"[]", "line 1 is no JSON object"),
        (b'{"time":"soon"}', "line 1: unreadable `time`"),
        (b'{"time":"2026-01-01T00:00:00"}', "line 1: unreadable `time`"),
    ],
)
def test_a_line_that_cannot_be_relabelled_is_named(line: bytes, text: str):
    with pytest.raises(Fatal, match=text):
        relabel([line])
