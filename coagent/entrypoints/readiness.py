"""When coagent's processes are at work, as their logs say: a member of a group gets its partitions after seconds."""

import asyncio
import time
from collections.abc import Callable, Mapping
from pathlib import Path

SIGNS: Mapping[str, bytes] = {
    "ingest": b"assigned ",
    "worker": b"at work on its partitions",
    "sink": b"assigned ",
    "agent": b"the agent is at work",
}
LOOK_EVERY_S = 0.2
REMIND_EVERY_S = 30.0


class Readiness:
    """Looks only at what the logs say from now on."""

    def __init__(self, log_dir: Path) -> None:
        self._logs = {name: log_dir / f"{name}.log" for name in SIGNS}
        self._began = {name: _size(log) for name, log in self._logs.items()}

    def waiting(self) -> list[str]:
        """Processes that are not at work yet."""
        return [name for name, log in self._logs.items() if SIGNS[name] not in _since(log, self._began[name])]

    async def wait(self, say: Callable[[str], None]) -> float:
        """Seconds until all are at work; says every REMIND_EVERY_S what it waits for."""
        began = reminded = time.monotonic()
        while waiting := await asyncio.to_thread(self.waiting):
            if time.monotonic() - reminded > REMIND_EVERY_S:
                reminded = time.monotonic()
                say(f"still waiting for {', '.join(waiting)}; see {self._logs[waiting[0]]}")
            await asyncio.sleep(LOOK_EVERY_S)
        return time.monotonic() - began


def _size(log: Path) -> int:
    return log.stat().st_size if log.exists() else 0


def _since(log: Path, start: int) -> bytes:
    """All of it where it is shorter than it was: it was emptied meanwhile."""
    if not log.exists():
        return b""
    with log.open("rb") as lines:
        lines.seek(start if _size(log) >= start else 0)
        return lines.read()
