"""`coagent up` started again in the midst of a shift: it is still open, can be accepted, and its stream goes on."""

import gzip
import signal
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from coagent.entrypoints.demo.recording import SWAP, load
from tests.e2e.running_up import RunningUp

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

OPEN_AT = 200
"""Rows after the change that are sent before the restart: the shift is open by then."""
STATE = "SELECT id, status, updated_row, sequence FROM insights.shifts ORDER BY reported_at"
ROWS_SEEN = "SELECT max(requests) FROM insights.detectors"
COUNTED = "SELECT coalesce(sum(requests), 0) FROM insights.requests_1m"


@pytest.fixture
def begin(tmp_path: Path) -> Iterator[Callable[[], RunningUp]]:
    started: list[RunningUp] = []

    def start() -> RunningUp:
        started.append(RunningUp(tmp_path / "data"))
        return started[-1]

    yield start
    for up in started:
        up.end()


def records(first: int, last: int) -> list[dict[str, Any]]:
    """Rows of the recorded swap, ended a moment ago, in their own distances."""
    rows = [msgspec.json.decode(line) for line in load(SWAP).lines]
    by = datetime.now(UTC) - timedelta(seconds=30) - datetime.fromisoformat(rows[-1]["time"])
    return [{**row, "time": (datetime.fromisoformat(row["time"]) + by).isoformat()} for row in rows[first:last]]


def send(up: RunningUp, file: Path, rows: list[dict[str, Any]]) -> None:
    file.write_bytes(gzip.compress(b"\n".join(map(msgspec.json.encode, rows))))
    said = up.call("send", str(file))
    assert said.stdout == f"sent {len(rows):,} records to llm.telemetry\n", said.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_open_shift_survives_and_can_be_accepted(
    begin: Callable[[], RunningUp], tmp_path: Path, how: signal.Signals
):
    change = load(SWAP).truth.change_at_row
    assert change is not None
    everything = records(0, change + 2 * OPEN_AT)
    first, second = everything[: change + OPEN_AT], everything[change + OPEN_AT :]
    file = tmp_path / "rows.jsonl.gz"

    up = begin()
    up.wait_for(r"ready  all processes")
    send(up, file, first)
    up.wait_for(r"first record.*canonical")
    up.until(lambda: [row[1] for row in up.sql(STATE)] == ["open"], 60, "one open shift")
    up.until(lambda: up.sql(COUNTED) == [(len(first),)], 60, "all counted")
    up.until(lambda: up.sql("SELECT count(*) FROM coagent.state_checkpoints")[0] != (0,), 10, "copied")
    [(shift, _, _, sequence)] = up.sql(STATE)
    up.end(how)

    again = begin()
    again.wait_for(r"ready  all processes")
    assert [row[:2] for row in again.sql(STATE)] == [(shift, "open")]
    send(again, file, second)
    again.until(lambda: again.sql(COUNTED) == [(len(everything),)], 60, "each request counted once")
    again.until(lambda: again.sql(STATE)[0][3] > sequence, 60, "the shift goes on")  # type: ignore[operator]
    assert again.call("accept", str(shift), "--reason", "fine").returncode == 0
    again.until(lambda: [row[:2] for row in again.sql(STATE)] == [(shift, "accepted")], 60, "accepted")
    [(seen,)] = again.sql(ROWS_SEEN)
    assert isinstance(seen, int)
    assert seen > len(first)  # the stream counts on: what it learned before is its own
