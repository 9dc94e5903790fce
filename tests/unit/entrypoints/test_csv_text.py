"""CSV that programs and spreadsheets read alike."""

from datetime import UTC, datetime
from decimal import Decimal

from coagent.entrypoints.csv_text import csv_text


def test_unknown_is_empty_and_no_text_runs_in_a_spreadsheet() -> None:
    day = datetime(2026, 7, 1, tzinfo=UTC)
    rows = [[day, None, Decimal("0.10"), '=HYPERLINK("x")', {"a": [1]}]]
    assert csv_text(["day", "usd", "cost", "model", "change"], rows) == (
        'day,usd,cost,model,change\r\n2026-07-01T00:00:00+00:00,,0.10,"\'=HYPERLINK(""x"")","{""a"":[1]}"\r\n'
    )
