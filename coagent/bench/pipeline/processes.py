"""The measured processes, as `coagent up` starts them, and what they cost."""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import psutil

from coagent.adapters.embedded.broker import EmbeddedBroker
from coagent.domain.errors import Fatal

COMMANDS: Mapping[str, tuple[str, ...]] = {
    "worker": ("faust", "-A", "streams.app", "worker", "--loglevel", "INFO"),
    "ingest": ("coagent", "ingest"),
}
STOP_WITHIN_S = 30.0


class Processes:
    """By name; their logs are in `directory`."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._running: dict[str, psutil.Popen] = {}

    def start_broker(self) -> str:
        """Bootstrap servers of an embedded one."""
        broker = EmbeddedBroker(self.directory)
        self._running["broker"] = psutil.Popen(broker.command(), **broker.popen_options())
        return broker.bootstrap_servers

    def start(self, name: str, environment: Mapping[str, str]) -> None:
        with self.log(name).open("ab") as log:
            argv = [sys.executable, "-m", *COMMANDS[name]]
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

    def stop(self) -> None:
        """The last that was started first."""
        for process in reversed(self._running.values()):
            process.terminate()
            try:
                process.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                process.kill()


@contextmanager
def processes(directory: Path) -> Iterator[Processes]:
    """Stopped at the end, whatever happens."""
    started = Processes(directory)
    try:
        yield started
    finally:
        started.stop()
