"""A running `coagent up` of a data directory, and commands in another shell, which know nothing but that directory."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

import psycopg
import pytest

from coagent.entrypoints.running import find_running

READY_S = 150.0


class RunningUp:
    """`coagent up`, with `options` after it, its output kept in `lines`."""

    def __init__(self, data_dir: Path, *options: str, **settings: str) -> None:
        self.data_dir = data_dir
        foreign = {name: value for name, value in os.environ.items() if not name.startswith("COAGENT_")}
        self.environment = {**foreign, "COAGENT_DATA_DIR": str(data_dir), "COLUMNS": "200"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "coagent", "up", *options],
            env={**self.environment, **settings},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.lines: list[str] = []
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def wait_for(self, pattern: str, seconds: float = READY_S) -> str:
        """The first line that matches."""
        self.until(lambda: self._matching(pattern) is not None, seconds, pattern)
        found = self._matching(pattern)
        assert found is not None
        return found

    def _matching(self, pattern: str) -> str | None:
        return next((line for line in self.lines if re.search(pattern, line)), None)

    def until(self, holds: Callable[[], bool], seconds: float, what: str) -> None:
        give_up = time.monotonic() + seconds
        while not holds():
            if time.monotonic() > give_up or self.process.poll() is not None:
                pytest.fail(f"not {what}:\n{''.join(self.lines)}")
            time.sleep(0.2)

    def call(self, *arguments: str, text: str | None = None) -> subprocess.CompletedProcess[str]:
        """A command in another shell."""
        argv = [sys.executable, "-m", "coagent", *arguments]
        return subprocess.run(
            argv, env=self.environment, input=text, capture_output=True, text=True, timeout=120, check=False
        )

    def sql(self, query: str) -> list[tuple[object, ...]]:
        running = find_running(self.data_dir)
        assert running is not None
        with psycopg.connect(running.environment["COAGENT_POSTGRES__URL"]) as connection:
            return connection.execute(query.encode()).fetchall()

    def end(self, with_signal: signal.Signals = signal.SIGINT) -> None:
        if self.process.poll() is None:
            self.process.send_signal(with_signal)
            self.process.wait(90)
