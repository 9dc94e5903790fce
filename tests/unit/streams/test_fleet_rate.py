"""The rate that was said last is believed, whatever clocks said."""

import os
from datetime import UTC, datetime

import msgspec
import pytest

from coagent.adapters.kafka.command_codec import decode_command
from coagent.adapters.kafka.record import Undecodable
from coagent.domain.command import Rate


def rate(year: int, rows: float) -> Rate:
    return Rate(id="r", at=datetime(year, 1, 1, tzinfo=UTC), by="agent", rows_per_month=rows)


def test_a_rate_of_a_clock_that_is_ahead_does_not_hold_later_ones_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "COAGENT_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:1")
    from coagent.detect.config import DetectConfig  # noqa: PLC0415
    from coagent.steps.detect import DetectStep  # noqa: PLC0415
    from streams.detect import _rate, detect_stage  # noqa: PLC0415  Faust's app needs a cluster's name

    stage = detect_stage(DetectStep(DetectConfig()))
    state, believed = None, []
    for year, rows in ((2026, 1e6), (2036, 10.0), (2027, 2e6)):
        state, _ = stage.advance(state, rate(year, rows), None)
        known = _rate(state)
        assert known is not None
        believed.append(known.rows_per_month)
    assert believed == [1e6, 10.0, 2e6]


@pytest.mark.parametrize("rows", [0, -1, 1e16, 1e308])
def test_an_impossible_rate_is_refused(rows: float) -> None:
    with pytest.raises(Undecodable, match="malformed_command"):
        decode_command(msgspec.json.encode(rate(2026, rows)), None)
