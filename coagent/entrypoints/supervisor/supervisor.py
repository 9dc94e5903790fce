"""Keeps children alive: restart with backoff, readiness, orderly stop in reverse order."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from coagent.domain.errors import Fatal
from coagent.entrypoints.supervisor.child import Command, start, stop

FIRST_BACKOFF_S, LAST_BACKOFF_S = 0.2, 10.0
HEALTHY_AFTER_S = 30.0
READY_WITHIN_S = 60.0

Tell = Callable[[str, str], None]
"""Called with a child's name and what happened to it."""

Started = Callable[[bool], Awaitable[None]]
"""Called whenever a child is ready; True where it is not the first time."""


@dataclass(frozen=True, slots=True)
class Spec:
    """A child to keep alive.

    `command` is asked before each start, so that a restarted child may get a new environment. `ready` is polled
    after each start; `started` runs once it is ready, every time (topics, migrations).
    """

    name: str
    command: Callable[[], Command]
    ready: Callable[[], bool] = lambda: True
    started: Started | None = None


class Keeper:
    """One spec's child: started, watched, restarted."""

    def __init__(self, spec: Spec, log: Path, tell: Tell) -> None:
        self._spec, self._log, self._tell = spec, log, tell
        self._process: asyncio.subprocess.Process | None = None
        self._command: Command | None = None
        self._watch: asyncio.Task[None] | None = None

    @property
    def pid(self) -> int | None:
        """Of the running child; None while it is down."""
        process = self._process
        return process.pid if process and process.returncode is None else None

    async def start(self) -> None:
        """Start, wait until ready, and watch from then on."""
        await self._launch(again=False)
        self._watch = asyncio.create_task(self._keep_alive())

    async def stop(self) -> None:
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await self._stop_process()

    async def restart(self) -> None:
        """Stop in order; the watch starts it again."""
        await self._stop_process()

    async def _stop_process(self) -> None:
        if self._process and self._command:
            await stop(self._process, self._command.stop_signal)

    async def _launch(self, *, again: bool) -> None:
        self._command = await asyncio.to_thread(self._spec.command)
        self._process = await start(self._command, self._log)
        await self._until_ready(self._process)
        if self._spec.started:
            await self._spec.started(again)
        self._tell(self._spec.name, f"{'restarted' if again else 'started'}, pid {self._process.pid}")

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        give_up = time.monotonic() + READY_WITHIN_S
        while not await asyncio.to_thread(self._spec.ready):
            if process.returncode is not None:
                raise Fatal(f"{self._spec.name} ended with status {process.returncode}; its log is {self._log}")
            if time.monotonic() > give_up:
                raise Fatal(f"{self._spec.name} was not ready after {READY_WITHIN_S:.0f} s; its log is {self._log}")
            await asyncio.sleep(0.05)

    async def _keep_alive(self) -> None:
        backoff = FIRST_BACKOFF_S
        while True:
            born = time.monotonic()
            status = await self._process.wait() if self._process else None
            backoff = FIRST_BACKOFF_S if time.monotonic() - born > HEALTHY_AFTER_S else backoff
            self._tell(self._spec.name, f"ended with status {status}; starts again in {backoff:.1f} s")
            await asyncio.sleep(backoff)
            backoff = min(2 * backoff, LAST_BACKOFF_S)
            try:
                await self._launch(again=True)
            except Exception as problem:  # noqa: BLE001  whatever it was, a keeper that gives up would be worse
                self._tell(self._spec.name, f"did not come back: {problem!r}")
                await self._stop_process()


class Supervisor:
    """Starts specs in their order, each ready before the next; stops them in reverse."""

    def __init__(self, log_dir: Path, tell: Tell) -> None:
        self._log_dir, self.tell = log_dir, tell
        self._keepers: dict[str, Keeper] = {}

    async def add(self, spec: Spec) -> None:
        keeper = Keeper(spec, self._log_dir / f"{spec.name}.log", self.tell)
        self._keepers[spec.name] = keeper
        await keeper.start()

    async def restart(self, *names: str) -> None:
        """Restart those that are there, side by side."""
        await asyncio.gather(*(self._keepers[name].restart() for name in names if name in self._keepers))

    def pids(self) -> dict[str, int]:
        """Of the children that are up."""
        return {name: pid for name, keeper in self._keepers.items() if (pid := keeper.pid)}

    async def stop(self, before: Callable[[str], Awaitable[None]] | None = None) -> None:
        """`before` is asked with each child's name just before it is stopped."""
        for name, keeper in reversed(self._keepers.items()):
            if before and keeper.pid:
                await before(name)
            await keeper.stop()
            self.tell(name, "stopped")
