"""Children are restarted, stopped in reverse order, and never outlive their supervisor."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from coagent.domain.errors import Fatal
from coagent.entrypoints.supervisor.child import Command
from coagent.entrypoints.supervisor.supervisor import Spec, Supervisor

SLEEP = Command((sys.executable, "-c", "import time; time.sleep(60)"))


async def until(condition, within_s: float = 10.0) -> None:
    give_up = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < give_up
        await asyncio.sleep(0.02)


async def test_a_killed_child_comes_back_and_stops_in_order(tmp_path: Path):
    told: list[tuple[str, str]] = []
    supervisor = Supervisor(tmp_path, lambda name, what: told.append((name, what)))
    for name in ("first", "second"):
        await supervisor.add(Spec(name, lambda: SLEEP))
    before = supervisor.pids()
    os.kill(before["first"], signal.SIGKILL)
    await until(lambda: supervisor.pids().get("first") not in (None, before["first"]))
    last = supervisor.pids()
    await supervisor.stop()
    assert before["second"] == last["second"]
    assert [("second", "stopped"), ("first", "stopped")] == told[-2:]
    assert not any(psutil.pid_exists(pid) for pid in (*before.values(), *last.values()))


async def test_started_runs_again_after_each_restart(tmp_path: Path):
    runs: list[bool] = []

    async def started(again: bool) -> None:
        runs.append(again)

    supervisor = Supervisor(tmp_path, lambda *_: None)
    await supervisor.add(Spec("child", lambda: SLEEP, started=started))
    os.kill(supervisor.pids()["child"], signal.SIGKILL)
    await until(lambda: runs == [False, True])
    await supervisor.stop()


async def test_a_child_that_never_gets_ready_names_its_log(tmp_path: Path):
    supervisor = Supervisor(tmp_path, lambda *_: None)
    ends = Command((sys.executable, "-c", "raise SystemExit(3)"))
    with pytest.raises(Fatal, match=r"broken ended with status 3; its log is .*broken\.log"):
        await supervisor.add(Spec("broken", lambda: ends, ready=lambda: False))


@pytest.mark.skipif(sys.platform != "linux", reason="the parent's death is told by the Linux kernel")
async def test_no_orphan_is_left_when_the_supervisor_is_killed(tmp_path: Path):
    program = (
        "import asyncio, sys, pathlib\n"
        "from coagent.entrypoints.supervisor.child import Command, start\n"
        "async def main():\n"
        "    sleep = Command((sys.executable, '-c', 'import time; time.sleep(60)'))\n"
        "    child = await start(sleep, pathlib.Path(sys.argv[1]))\n"
        "    print(child.pid, flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(main())\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program, str(tmp_path / "log")], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    await until(lambda: not psutil.pid_exists(child) or psutil.Process(child).status() == psutil.STATUS_ZOMBIE)
