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
    reported: list[tuple[str, str]] = []
    supervisor = Supervisor(tmp_path, lambda name, what: reported.append((name, what)))
    for name in ("first", "second"):
        await supervisor.add(Spec(name, lambda: SLEEP))
    before = supervisor.pids()
    os.kill(before["first"], signal.SIGKILL)
    await until(lambda: supervisor.pids().get("first") not in (None, before["first"]))
    last = supervisor.pids()
    assert supervisor.states() == [("first", True, 1), ("second", True, 0)]
    await supervisor.stop()
    assert supervisor.states() == [("first", False, 1), ("second", False, 0)]
    assert before["second"] == last["second"]
    assert [("second", "stopped"), ("first", "stopped")] == reported[-2:]
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


@pytest.mark.skipif(sys.platform != "linux", reason="the parent's death is reported by the Linux kernel")
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


async def test_nobody_waits_for_a_child_beside_the_others_and_it_is_tried_again(tmp_path: Path):
    reported: list[tuple[str, str]] = []
    starts: list[Command] = [Command((sys.executable, "-c", "raise SystemExit(3)")), SLEEP]
    supervisor = Supervisor(tmp_path, lambda name, what: reported.append((name, what)))
    supervisor.add_aside(Spec("slow", lambda: starts.pop(0), ready=lambda: not starts))
    await supervisor.add(Spec("other", lambda: SLEEP))
    assert ("slow", "restarted") not in reported
    await until(lambda: any(name == "slow" and what.startswith("restarted") for name, what in reported), 20.0)
    assert any(name == "slow" and "ended with status 3" in what for name, what in reported)
    pids = supervisor.pids()
    await supervisor.stop()
    assert [("other", "stopped"), ("slow", "stopped")] == reported[-2:]
    assert not psutil.pid_exists(pids["slow"])


async def test_a_child_beside_the_others_stops_while_it_is_still_starting(tmp_path: Path):
    supervisor = Supervisor(tmp_path, lambda *_: None)
    supervisor.add_aside(Spec("slow", lambda: SLEEP, ready=lambda: False))
    await until(lambda: "slow" in supervisor.pids())
    pid = supervisor.pids()["slow"]
    await supervisor.stop()
    assert not psutil.pid_exists(pid)


async def test_a_held_child_starts_again_only_once_released(tmp_path: Path):
    """The readers of a dead log stay down until the new one is there."""
    held_before_start: list[bool] = []
    supervisor = Supervisor(tmp_path, lambda *_: None)

    async def started(again: bool) -> None:
        if again:
            held_before_start.append("reader" not in supervisor.pids())
            supervisor.release("reader")

    async def ended() -> None:
        await supervisor.hold("reader")

    await supervisor.add(Spec("server", lambda: SLEEP, started=started, ended=ended))
    await supervisor.add(Spec("reader", lambda: SLEEP))
    before = supervisor.pids()
    os.kill(before["server"], signal.SIGKILL)
    await until(lambda: supervisor.pids().get("reader") not in (None, before["reader"]))
    await supervisor.stop()
    assert held_before_start == [True]
