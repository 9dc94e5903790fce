"""The link that opens the console on its own machine: good once, then there is another."""

import hmac
import os
import secrets
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock

import msgspec
import psutil

from coagent.entrypoints.console.access.sessions import BYTES

FILE = "console.json"


class Listening(msgspec.Struct, frozen=True):
    """Of a running console: `link` opens it, where it is a one-time link or the address of its login. `born`: the
    process's start as the system gives it, for a process id is used again.
    """

    pid: int
    born: float
    link: str


class OneTimeLink:
    """Kept in a file that this user alone may read, so that `coagent console link` can print it."""

    def __init__(self, address: str, data_dir: Path) -> None:
        self._address, self._data_dir, self._lock = address, data_dir, Lock()
        self._key = secrets.token_urlsafe(BYTES)
        self._note()

    @property
    def link(self) -> str:
        return f"{self._address}/enter?key={self._key}"

    def use(self, key: str) -> bool:
        """Whether it is the one, which then is used up."""
        with self._lock:
            is_right = hmac.compare_digest(self._key.encode(), key.encode(errors="replace"))
            if is_right:
                self._key = secrets.token_urlsafe(BYTES)
                self._note()
            return is_right

    def _note(self) -> None:
        note_listening(self._data_dir, self.link)


def note_listening(data_dir: Path, link: str) -> None:
    """Written for this process."""
    me = psutil.Process()
    data_dir.mkdir(parents=True, exist_ok=True)
    part = data_dir / f"{FILE}.part"
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(msgspec.json.encode(Listening(me.pid, me.create_time(), link)))
    part.replace(data_dir / FILE)


def forget_listening(data_dir: Path) -> None:
    """At the end."""
    (data_dir / FILE).unlink(missing_ok=True)


def find_listening(data_dir: Path) -> Listening | None:
    """None where no console runs for this directory."""
    with suppress(OSError, msgspec.DecodeError, psutil.Error):
        found = msgspec.json.decode((data_dir / FILE).read_bytes(), type=Listening)
        if psutil.Process(found.pid).create_time() == found.born:
            return found
    return None


def is_looked_at_only(headers: Mapping[str, str]) -> bool:
    """Whether a browser fetches the link before anybody follows it (Fetch standard, Sec-Purpose)."""
    return "prefetch" in headers.get("sec-purpose", "") or "prefetch" in headers.get("purpose", "")
