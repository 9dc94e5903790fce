"""`coagent up --demo --exit` ends right whichever of its children is killed half-way, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(420)]

CHILDREN = ("broker", "postgres", "ingest", "worker", "sink", "agent")


class Up:
    """A running `coagent up --demo --exit`, its output read line by line."""

    def __init__(self, data_dir: Path) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("COAGENT_")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "coagent", "up", "--demo", "--exit"],
            env={**environment, "COAGENT_DATA_DIR": str(data_dir), "COLUMNS": "200"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        self.pids: dict[str, int] = {}

    def read_until(self, pattern: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if started := re.match(r"\s*(\w+)\s+(?:re)?started, pid (\d+)", line):
                self.pids[started[1]] = int(started[2])
            if re.search(pattern, line):
                return
        pytest.fail(f"ended before {pattern!r}:\n{''.join(self.lines)}")

    def end(self) -> int:
        assert self.process.stdout is not None
        self.lines += self.process.stdout.readlines()
        return self.process.wait()


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    running = Up(tmp_path / "data")
    yield running
    if running.process.poll() is None:
        running.process.send_signal(signal.SIGTERM)
        running.process.wait(60)


@pytest.mark.parametrize("child", [None, *CHILDREN])
def test_the_demo_ends_right_whichever_child_is_killed(up: Up, child: str | None):
    up.read_until("A real, silent change of a real model")
    if child is not None:
        time.sleep(4)  # half-way: the null run is through, the swap is not
        os.kill(up.pids[child], signal.SIGKILL)
    assert up.end() == 0, "".join(up.lines)
    assert child is None or any(re.search(rf"{child}\s+ended with status -9", line) for line in up.lines)
    assert not any(psutil.pid_exists(pid) for pid in up.pids.values())


def test_a_data_directory_may_be_used_again(up: Up, tmp_path: Path):
    assert up.end() == 0, "".join(up.lines)
    again = Up(tmp_path / "data")
    assert again.end() == 0, "".join(again.lines)


@pytest.mark.parametrize("when", ["agent  started", "A real, silent change of a real model"])
def test_ctrl_c_stops_everything_in_order_and_soon(up: Up, when: str):
    up.read_until(when)
    time.sleep(2)  # in the second case: in the midst of the replay
    began = time.monotonic()
    up.process.send_signal(signal.SIGINT)
    assert up.end() == 1  # the demo was asked for and did not end
    assert time.monotonic() - began < 30
    stopped = [line.split()[0] for line in up.lines if line.rstrip().endswith("stopped")]
    assert stopped == ["console", "agent", "ingest", "worker", "sink", "postgres", "broker"]  # each before who reads it
    assert not any(psutil.pid_exists(pid) for pid in up.pids.values())


def test_children_die_with_a_killed_supervisor(up: Up):
    up.read_until("agent  started")
    up.process.kill()
    up.process.wait()
    give_up = time.monotonic() + 30
    while any(_runs(pid) for pid in up.pids.values()):
        assert time.monotonic() < give_up
        time.sleep(0.2)


def _runs(pid: int) -> bool:
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
