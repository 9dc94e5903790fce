"""Processes of a bench are stopped, whatever has become of some of them."""

import os
import signal
import time
from pathlib import Path

import psutil

from coagent.bench.pipeline.processes import COMMANDS, processes


def test_one_that_has_ended_keeps_no_other_running(tmp_path: Path, monkeypatch) -> None:
    (tmp_path / "sleeper.py").write_text("import time\ntime.sleep(60)\n")
    monkeypatch.setitem(COMMANDS, "sleep", ("sleeper",))
    with processes(tmp_path) as running:
        for name in ("first", "second"):
            running.start(name, "sleep", {"PYTHONPATH": str(tmp_path)})
        first, second = (psutil.Process(process.pid) for process in running._running.values())
        os.kill(second.pid, signal.SIGKILL)
        while second.is_running() and second.status() != psutil.STATUS_ZOMBIE:
            time.sleep(0.01)
        os.waitpid(second.pid, 0)
    assert not first.is_running()
