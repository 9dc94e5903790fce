"""coagent says of itself when one of its processes stops, once, and that it is back."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from coagent.entrypoints.running import find_running
from tests.e2e.running_up import RunningUp

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

REPORTED = "SELECT title, sequence, page FROM coagent.insights WHERE kind = 'silence'"


@pytest.fixture
def up(tmp_path: Path) -> Iterator[RunningUp]:
    up = RunningUp(tmp_path / "data", COAGENT_AGENT__BEHIND_S="30", COAGENT_AGENT__SILENCE_EVERY_S="5")
    yield up
    up.end()


def test_a_sink_that_hangs_is_reported_and_so_is_its_return(up: RunningUp) -> None:
    up.wait_for("ready  all processes")
    running = find_running(up.data_dir)
    assert running is not None
    os.kill(running.processes["sink"], signal.SIGSTOP)
    up.until(lambda: up.sql(REPORTED) != [], 120, "reported")
    assert up.sql(REPORTED) == [("coagent has stopped: sink makes no progress", 1, False)]
    os.kill(running.processes["sink"], signal.SIGCONT)
    up.until(lambda: up.sql(REPORTED) == [("coagent is back: sink", 2, False)], 60, "back")
    beats = up.call("tail", "heartbeats", "--from-beginning", "--count", "4").stdout
    assert "heartbeat" in beats
