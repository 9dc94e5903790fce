"""The measured processes, as `coagent up` starts them, and what they cost."""

import os
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from coagent.domain.errors import Fatal

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "worker": ("faust", "-A", "streams.app", "worker", "--loglevel", "INFO"),
    "ingest": ("coagent", "ingest"),
}
STOP_WITHIN_S = 30.0
IDLE_WITHIN_S = 20.0
IDLE_CORES = 0.1


class Processes:
    """By name; their logs are in `directory`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._running: dict[str, psutil.Popen] = {}

    def start(self, name: str, command: str, environment: Mapping[str, str]) -> None:
        """A process of one of the COMMANDS."""
        with self.log(name).open("ab") as log:
            argv = [sys.executable, "-m", *COMMANDS[command]]
            self._running[name] = psutil.Popen(argv, env=os.environ | environment, stdout=log, stderr=log)

    def log(self, name: str) -> Path:
        return self.directory / f"{name}.log"

    def cpu_s(self) -> dict[str, float]:
        """User and system seconds so far; raises Fatal where one has ended."""
        spent = {}
        for name, process in self._running.items():
            if process.poll() is not None:
                raise Fatal(f"{name} ended: {self.log(name).read_text(errors='replace')[-2000:]}")
            times = process.cpu_times()
            spent[name] = times.user + times.system
        return spent

    def memory_mb(self) -> dict[str, float]:
        """Proportional: a shared page counts by parts."""
        return {name: process.memory_full_info().pss / 2**20 for name, process in self._running.items()}

    def until_idle(self) -> None:
        """Until they hardly work for a second, what they do at their start is done; `IDLE_WITHIN_S` at most."""
        give_up = time.monotonic() + IDLE_WITHIN_S
        before = sum(self.cpu_s().values())
        while time.monotonic() < give_up:
            time.sleep(1.0)
            now = sum(self.cpu_s().values())
            if now - before < IDLE_CORES:
                return
            before = now

    def stop(self) -> None:
        """The last that was started first."""
        for name in list(reversed(self._running)):
            process = self._running.pop(name)
            with suppress(psutil.NoSuchProcess):  # it has ended by itself
                _end(process)


def _end(process: psutil.Popen) -> None:
    process.terminate()
    try:
        process.wait(STOP_WITHIN_S)
    except psutil.TimeoutExpired:
        process.kill()


@contextmanager
def processes(directory: Path) -> Iterator[Processes]:
    """Stopped at the end, whatever happens."""
    started = Processes(directory)
    try:
        yield started
    finally:
        started.stop()
