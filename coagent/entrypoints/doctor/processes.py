"""The processes of the running `coagent up`, and whether they get on."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime

import psutil

from coagent.bootstrap.lag import stage_lag, stages
from coagent.domain.errors import CoagentError
from coagent.entrypoints.doctor.check import Finding
from coagent.entrypoints.running import Running, find_running
from coagent.entrypoints.terminal.ago import ago
from coagent.settings import Settings

STANDING_S = 2.0
"""A process commits twice a second: whoever has something to read and has not moved for so long does not read."""


def check_running(settings: Settings) -> Finding:
    """Whether a `coagent up` runs in the data directory, with all its processes."""
    running = find_running(settings.data_dir)
    if running is None:
        text = f"no `coagent up` runs in {settings.data_dir}; checked is what this shell's settings name"
        return Finding("running", "skipped", text)
    wanted, there = len(running.processes), len(psutil.Process(running.pid).children())
    text = f"`coagent up` has run for {ago(datetime.now(UTC) - running.since)}, process {running.pid}"
    if there < wanted:
        action = f"look into {settings.data_dir / 'logs'}: it starts them again by itself"
        return Finding("running", "problem", f"{text}, {wanted - there} of its {wanted} processes are down", action)
    return Finding("running", "ok", f"{text}, with {there} processes")


def other_settings(running: Running | None, shell: Mapping[str, str]) -> Finding | None:
    """Where this shell names other values than the running processes have; theirs are checked."""
    named = running.environment if running else {}
    differ = sorted(name for name, value in named.items() if shell.get(name) not in {None, "", value})
    if not differ:
        return None
    text = f"this shell has other values of {', '.join(differ)}; those of the running `coagent up` are checked"
    return Finding("settings", "ok", text, "unset them, or restart `coagent up` with them")


def check_lag(settings: Settings) -> Finding:
    """What waits for each stage; a problem where one has something to read and does not."""
    try:
        before = _lags(settings)
        if any(before.values()):
            time.sleep(STANDING_S)
        now = _lags(settings)
    except CoagentError:
        return Finding("lag", "skipped", "no broker to ask")
    text = ", ".join(f"{stage} {behind:,}" for stage, behind in now.items()) + " messages wait to be read"
    stuck = [stage for stage, behind in now.items() if behind and behind >= before[stage] > 0]
    if not stuck:
        return Finding("lag", "ok", text)
    logs = ", ".join(str(settings.data_dir / "logs" / f"{stage}.log") for stage in stuck)
    return Finding("lag", "problem", f"{text}; {', '.join(stuck)} falls behind", f"look into {logs}, or add members")


def _lags(settings: Settings) -> dict[str, int]:
    return {stage: stage_lag(settings, stage) for stage in stages(settings)}
