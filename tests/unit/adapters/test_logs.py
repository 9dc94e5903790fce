"""Logs of an outage stay short, and say how much they left out."""

import json
import logging
from io import StringIO
from pathlib import Path

import pytest

from coagent.adapters.logs import JsonLines, OnceAMinute
from coagent.entrypoints.supervisor.log_files import OLDER, rotate


@pytest.fixture
def written() -> tuple[logging.Logger, StringIO, list[float]]:
    out, now = StringIO(), [0.0]
    handler, log = logging.StreamHandler(out), logging.Logger("a")  # noqa: LOG001  one of its own
    handler.addFilter(OnceAMinute(lambda: now[0]))
    log.addHandler(handler)
    return log, out, now


def test_an_outage_writes_a_line_a_minute(written: tuple[logging.Logger, StringIO, list[float]]) -> None:
    log, out, now = written
    for second in range(600):
        now[0] = second
        for number in range(10):
            log.warning("store: %s; trying again", number)
    lines = out.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[0] == "store: 0; trying again"
    assert lines[1] == "store: 0; trying again (599 more like this since the last line)"


def test_other_kinds_and_what_is_no_warning_are_always_written(
    written: tuple[logging.Logger, StringIO, list[float]],
) -> None:
    log, out, _ = written
    for number in range(5):
        log.info("assigned %d", number)
    log.warning("a")
    log.error("b")
    assert out.getvalue().splitlines() == [f"assigned {number}" for number in range(5)] + ["a", "b"]


def test_an_object_a_line_with_what_the_call_named() -> None:
    out = StringIO()
    handler, log = logging.StreamHandler(out), logging.Logger("a")  # noqa: LOG001  one of its own
    handler.setFormatter(JsonLines())
    log.addHandler(handler)
    try:
        int("x\ny")
    except ValueError:
        log.exception("it is %d", 3, extra={"shift": "s1"})
    [line] = out.getvalue().splitlines()
    found = json.loads(line)
    assert (found["level"], found["message"], found["shift"]) == ("ERROR", "it is 3", "s1")
    assert "ValueError" in found["trace"]


def test_logs_are_bounded_and_the_child_goes_on_at_the_beginning(tmp_path: Path) -> None:
    log = tmp_path / "sink.log"
    with log.open("ab", buffering=0) as child:
        for number in range(100):
            child.write(b"%04d\n" % number * 10)
            rotate(log, most_bytes=100)
        assert log.read_bytes().startswith(b"00")
    files = sorted(one.name for one in tmp_path.iterdir())
    assert files == ["sink.log", *(f"sink.log.{number}" for number in range(1, OLDER + 1))]
    assert sum(one.stat().st_size for one in tmp_path.iterdir()) < 1000
