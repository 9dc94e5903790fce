"""Keeps children alive: restart with backoff, readiness, orderly stop in reverse order."""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from coagent.domain.errors import Fatal
from coagent.entrypoints.supervisor.child import Command, start, stop
from coagent.entrypoints.supervisor.log_files import rotate

FIRST_BACKOFF_S, LAST_BACKOFF_S = 0.2, 10.0
HEALTHY_AFTER_S = 30.0
READY_WITHIN_S = 60.0
ROTATE_EVERY_S = 10.0

Say = Callable[[str, str], None]
"""Called with a child's name and what happened to it."""

Started = Callable[[bool], Awaitable[None]]
"""Called whenever a child is ready; True where it is not the first time."""

Ended = Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Spec:
    """A child to keep alive.

    `command` is asked before each start, so that a restarted child may get a new environment. `ready` is polled
    after each start, for `ready_within_s` at most; `started` runs once it is ready, every time (topics, migrations);
    `ended` runs where it died by itself, before it is started again.
    """

    name: str
    command: Callable[[], Command]
    ready: Callable[[], bool] = lambda: True
    started: Started | None = None
    ended: Ended | None = None
    ready_within_s: float = READY_WITHIN_S


class ChildState(NamedTuple):
    """Whether a child runs, and how often it was started again."""

    name: str
    runs: bool
    restarts: int


class Keeper:
    """One spec's child: started, watched, restarted."""

    def __init__(self, spec: Spec, log: Path, say: Say) -> None:
        self._spec, self._log, self._say = spec, log, say
        self._process: asyncio.subprocess.Process | None = None
        self._command: Command | None = None
        self._watch: asyncio.Task[None] | None = None
        self._ready_at_s: float | None = None
        self.starts = 0
        self._may_start = asyncio.Event()
        self._may_start.set()

    @property
    def pid(self) -> int | None:
        """Of the running child; None while it is down."""
        process = self._process
        return process.pid if process and process.returncode is None else None

    async def start(self) -> None:
        """Start, wait until ready, and watch from then on."""
        await self._launch(again=False)
        self._watch = asyncio.create_task(self._keep_alive())

    def start_aside(self) -> None:
        """Start, and let nobody wait for it; what keeps it from being ready is reported, and it is tried again."""
        self._watch = asyncio.create_task(self._begin())

    async def stop(self) -> None:
        if self._watch:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
        await self._stop_process()

    async def hold(self) -> None:
        """Stop in order, and do not start again before `release`."""
        self._may_start.clear()
        await self._stop_process()

    def release(self) -> None:
        self._may_start.set()

    async def _stop_process(self) -> None:
        if self._process and self._command:
            await stop(self._process, self._command.stop_signal)

    async def _launch(self, *, again: bool) -> None:
        self._ready_at_s = None
        self._command = await asyncio.to_thread(self._spec.command)
        self._process = await start(self._command, self._log)
        self.starts += 1
        await self._until_ready(self._process)
        if self._spec.started:
            await self._spec.started(again)
        self._say(self._spec.name, f"{'restarted' if again else 'started'}, pid {self._process.pid}")

    async def _until_ready(self, process: asyncio.subprocess.Process) -> None:
        give_up = time.monotonic() + self._spec.ready_within_s
        while not await asyncio.to_thread(self._spec.ready):
            if process.returncode is not None:
                raise Fatal(f"{self._spec.name} ended with status {process.returncode}; its log is {self._log}")
            if time.monotonic() > give_up:
                limit = f"{self._spec.ready_within_s:.0f} s"
                raise Fatal(f"{self._spec.name} was not ready after {limit}; its log is {self._log}")
            await asyncio.sleep(0.05)

    def _was_healthy(self) -> bool:
        """A child that never got ready is started again with growing waits, however long it tried."""
        return self._ready_at_s is not None and time.monotonic() - self._ready_at_s > HEALTHY_AFTER_S

    async def _begin(self) -> None:
        try:
            await self._launch(again=False)
        except Exception as problem:  # noqa: BLE001  whatever it was: the rest goes on without it
            self._say(self._spec.name, str(problem))
            await self._stop_process()
        await self._keep_alive()

    async def _keep_alive(self) -> None:
        backoff = FIRST_BACKOFF_S
        while True:
            status = await self._process.wait() if self._process else None
            backoff = FIRST_BACKOFF_S if self._was_healthy() else backoff
            self._say(self._spec.name, f"ended with status {status}; starts again in {backoff:.1f} s")
            await asyncio.sleep(backoff)
            await self._may_start.wait()
            backoff = min(2 * backoff, LAST_BACKOFF_S)
            try:
                if self._spec.ended:
                    await self._spec.ended()
                await self._launch(again=True)
            except Exception as problem:  # noqa: BLE001  whatever it was, a keeper that gives up would be worse
                self._say(self._spec.name, f"did not come back: {problem!r}")
                await self._stop_process()


class Supervisor:
    """Starts specs in their order, each ready before the next; stops them in reverse."""

    def __init__(self, log_dir: Path, say: Say) -> None:
        self._log_dir, self.say = log_dir, say
        self._keepers: dict[str, Keeper] = {}
        self._rotation: asyncio.Task[None] | None = None

    async def add(self, spec: Spec) -> None:
        keeper = Keeper(spec, self._log_dir / f"{spec.name}.log", self.say)
        self._keepers[spec.name] = keeper
        self._rotation = self._rotation or asyncio.create_task(self._rotate_logs())
        await keeper.start()

    def add_aside(self, spec: Spec) -> None:
        """One that the others do not wait for."""
        keeper = Keeper(spec, self._log_dir / f"{spec.name}.log", self.say)
        self._keepers[spec.name] = keeper
        keeper.start_aside()

    async def hold(self, *names: str) -> None:
        """Stop those that are there, side by side, until `release`."""
        await asyncio.gather(*(self._keepers[name].hold() for name in names if name in self._keepers))

    def release(self, *names: str) -> None:
        """Those that are held start again."""
        for name in names:
            if name in self._keepers:
                self._keepers[name].release()

    def pids(self) -> dict[str, int]:
        """Of the children that are up."""
        return {name: pid for name, keeper in self._keepers.items() if (pid := keeper.pid)}

    def states(self) -> list[ChildState]:
        """Of all children, in the order of their first start."""
        return [
            ChildState(name, keeper.pid is not None, max(0, keeper.starts - 1))
            for name, keeper in list(self._keepers.items())
        ]

    async def stop(self, before: Callable[[str], Awaitable[None]] | None = None) -> None:
        """`before` is asked with each child's name just before it is stopped."""
        for name, keeper in reversed(self._keepers.items()):
            if before and keeper.pid:
                await before(name)
            await keeper.stop()
            self.say(name, "stopped")
        if self._rotation:
            self._rotation.cancel()

    async def _rotate_logs(self) -> None:
        """Until cancelled."""
        while True:
            for name in list(self._keepers):
                with suppress(OSError):  # a full disk: the next time may do better
                    await asyncio.to_thread(rotate, self._log_dir / f"{name}.log")
            await asyncio.sleep(ROTATE_EVERY_S)
