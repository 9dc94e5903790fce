"""The demo's promise is judged by rows, not by the fact that something was found."""

from datetime import UTC, datetime

import pytest

from coagent.domain.row import RowRef
from coagent.domain.segment import Segment
from coagent.domain.shift import Cause, Shift
from coagent.entrypoints.demo.verdict import judge

IDS = [f"r{number}" for number in range(1000)]


def shift(family: str, onset: int, raised: int) -> Shift:
    def ref(row: int) -> RowRef:
        return RowRef(ordinal=row, time=datetime(2026, 1, 1, tzinfo=UTC), request_id=IDS[row])

    return Shift(
        id="s",
        sequence=1,
        segment=Segment("p", "m"),
        status="open",
        onset=ref(onset),
        onset_low=onset,
        onset_high=onset,
        raised=ref(raised),
        updated=ref(raised),
        signals=[],
        cause=Cause(family, "unknown", 0.5, []),
        page=True,
    )


@pytest.mark.parametrize(
    ("swap", "null", "kept"),
    [
        ([shift("provider", 503, 520)], [], True),
        ([shift("provider", 503, 650)], [], True),
        ([shift("provider", 503, 651)], [], False),
        ([shift("provider", 400, 450)], [], False),
        ([shift("provider", 400, 450), shift("provider", 500, 510)], [], False),
        ([shift("traffic", 503, 520)], [], False),
        ([shift("provider", 503, 520)], [shift("client", 1, 2)], False),
        ([shift("provider", 503, 520)], [shift("unknown", 1, 2)], False),
        ([], [], False),
    ],
)
def test_kept_means_found_in_time_and_no_false_page(swap, null, kept):
    assert kept == judge(swap, null, IDS, 500).kept


def test_errors_are_counted_in_rows():
    verdict = judge([shift("provider", 497, 520)], [], IDS, 500)
    assert (-3, 20) == (verdict.onset_error_rows, verdict.raised_after_rows)
