"""TCP ports of embedded servers: the same at every start, so that what is pointed at them stays right."""

import socket
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil

from coagent.adapters.embedded.small_file import write_whole
from coagent.domain.errors import Fatal

HOST = "127.0.0.1"
LAST_PORT = 65536
WAIT_S = 5.0
"""A server of the run before may still be ending; measured: under a second."""


@dataclass(frozen=True, slots=True)
class PortWish:
    """`named` by the operator in the setting `variable`; else that of last time; else `usual`, or any where it is
    taken or 0.
    """

    usual: int = 0
    named: int | None = None
    variable: str = "COAGENT_DATA_DIR"

    def settle(self, file: Path, server: str) -> int:
        """A free port, kept in `file`. Raises Fatal where the named one, or that of last time, is taken."""
        kept = self.named or _kept(file)
        port = kept or (self.usual if is_free(self.usual) else free_port())
        if kept and not _gets_free(kept):
            raise Fatal(
                f"port {kept} of {HOST}, where the {server} listens, is taken{_by_whom(kept)}: stop that one, or name "
                f"another port with {self.variable}"
            )
        write_whole(file, str(port))
        return port


def free_port() -> int:
    """A TCP port of 127.0.0.1 that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def is_free(port: int) -> bool:
    """Whether a server could listen there; 0 is no port."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return port != 0


def _gets_free(port: int) -> bool:
    give_up = time.monotonic() + WAIT_S
    while not is_free(port):
        if time.monotonic() > give_up:
            return False
        time.sleep(0.1)
    return True


def _kept(file: Path) -> int | None:
    """None where there is none, or nothing that is a port: then another is found."""
    with suppress(OSError, ValueError):
        port = int(file.read_text())
        return port if 0 < port < LAST_PORT else None
    return None


def _by_whom(port: int) -> str:
    with suppress(psutil.Error, OSError):
        for one in psutil.net_connections("tcp"):
            if one.status == psutil.CONN_LISTEN and one.laddr and one.laddr.port == port and one.pid:
                return f" by {psutil.Process(one.pid).name()}, process {one.pid}"
    return ""
