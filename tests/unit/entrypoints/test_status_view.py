"""A status fits 80 columns and says what is unknown as unknown."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import msgspec
import pytest
from rich.console import Console

from coagent.entrypoints.status.snapshot import InsightStatus, ShiftStatus, Status, StreamStatus, TopicStatus
from coagent.entrypoints.status.view import MOST_STREAMS, status_view

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
STREAM = StreamStatus(
    provider="openai", model="gpt-5-mini", endpoint="api.openai.com", requests_24h=12_345, learned=12, needed=40,
    state="learning",
)  # fmt: skip
FULL = Status(
    at=NOW,
    pid=7,
    since=NOW - timedelta(hours=3),
    topics=[
        TopicStatus(
            topic="llm.telemetry", read=12, accepted=1_234_567, skipped=2, rejected=3, per_s=412.25,
            last_read_at=NOW - timedelta(seconds=4), reason="invalid_json: " + "long " * 60,
        )
    ],
    lag={"ingest": 1, "worker": None, "sink": 0},
    streams=[STREAM, msgspec.structs.replace(STREAM, state="watching", learned=9_000)],
    open_shifts=[ShiftStatus(id="ab12" * 4, since=NOW - timedelta(days=2), stream="s", headline="Slow\x1b[2J: gpt")],
    last_insight=InsightStatus(title="Provider slow or failing", at=NOW - timedelta(minutes=9)),
)  # fmt: skip


def shown(status: Status, width: int) -> str:
    console = Console(file=StringIO(), width=width)
    console.print(status_view(status))
    return console.file.getvalue()


@pytest.mark.parametrize("width", [80, 140])
def test_all_of_it_fits(width: int):
    text = shown(FULL, width)
    assert max(map(len, text.splitlines())) <= width
    for part in (
        "has run for 3 h, process 7", "412.2", "1,234,567", "4 s ago", "last rejected for invalid_json",
        "ingest 1, worker ?, sink 0", "12 of 40", "9,000", "ab12ab12ab12ab12", "began 2 d ago",
        "last insight 9 min ago: Provider slow or failing",
    ):  # fmt: skip
        assert part in text
    assert "\x1b" not in text


def test_nothing_is_said_where_nothing_is_known():
    empty = Status(
        at=NOW, pid=None, since=None, topics=[], lag={"ingest": None}, streams=[], open_shifts=[], last_insight=None,
        problems=["no answer from Kafka"],
    )  # fmt: skip
    text = shown(empty, 80)
    for part in ("no `coagent up` runs", "no answer from Kafka", "ingest ?", "no open shift", "no insight yet"):
        assert part in text
    unknown = shown(msgspec.structs.replace(empty, is_found_known=False), 80)
    assert "open shifts and insights: not known" in unknown
    assert "no open shift" not in unknown


def test_many_streams_are_cut_and_say_so():
    many = msgspec.structs.replace(FULL, streams=[STREAM] * (MOST_STREAMS + 3))
    assert "and 3 more: --json" in shown(many, 80)
