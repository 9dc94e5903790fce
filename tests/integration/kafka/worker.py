"""A Faust worker as a child process."""

import os
import signal
import subprocess
import sys
from pathlib import Path

from coagent.adapters.kafka.connection import KafkaConnection

ROOT = Path(__file__).parents[3]


class Worker:
    """`python -m faust -A APP worker`; its log is kept beside its data."""

    def __init__(self, app: str, connection: KafkaConnection, data_dir: Path, partitions: int = 2) -> None:
        self.log_file = data_dir / "worker.log"
        self._argv = [sys.executable, "-m", "faust", "-A", app, "worker", "--loglevel", "INFO"]
        self._environment = os.environ | {
            "COAGENT_KAFKA__BOOTSTRAP_SERVERS": connection.bootstrap_servers,
            "COAGENT_KAFKA__PARTITIONS": str(partitions),
            "COAGENT_KAFKA__SESSION_TIMEOUT_MS": "2000",
            "COAGENT_DATA_DIR": str(data_dir),
            "PYTHONPATH": str(ROOT),
        }
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        with self.log_file.open("ab") as log:
            self._process = subprocess.Popen(self._argv, env=self._environment, stdout=log, stderr=log)

    def signal(self, number: signal.Signals = signal.SIGKILL) -> int:
        """Sends a signal and waits for the end; the exit status."""
        assert self._process is not None
        self._process.send_signal(number)
        return self.wait(30)

    def wait(self, seconds: float) -> int:
        """Until it has ended; the exit status."""
        assert self._process is not None
        return self._process.wait(seconds)

    def pause(self) -> None:
        """It stands still until it goes on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def has_partitions(self) -> bool:
        """Whether it is at work on a part of the state."""
        log = self.log_file.read_text()
        return self.running and "opening partition" in log and "Worker ready" in log

    def close(self) -> None:
        if self.running:
            self.signal()
