"""One child process."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coagent.entrypoints.supervisor.parent_death import die_with_parent

STOP_GRACE_S = 15.0


@dataclass(frozen=True, slots=True)
class Command:
    """How to start a child. `stop_signal` asks it to end in order and is sent by the kernel if the parent dies."""

    argv: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)
    popen_options: Mapping[str, Any] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM


async def start(command: Command, log: Path) -> asyncio.subprocess.Process:
    """Start in a session of its own (Ctrl-C reaches the supervisor alone), output appended to `log`."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        return await asyncio.create_subprocess_exec(
            *command.argv,
            **{
                "stdin": asyncio.subprocess.DEVNULL,
                "stdout": output,
                "stderr": output,
                "start_new_session": True,
                "preexec_fn": die_with_parent(command.stop_signal),
                **command.popen_options,
            },
            env={**os.environ, **command.environment},
        )


async def stop(process: asyncio.subprocess.Process, with_signal: signal.Signals, grace_s: float = STOP_GRACE_S) -> None:
    """Ask to end, wait, then insist."""
    if process.returncode is not None:
        return
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(with_signal)
    try:
        await asyncio.wait_for(process.wait(), grace_s)
    except TimeoutError:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
