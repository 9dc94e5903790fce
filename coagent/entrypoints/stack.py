"""What `coagent up` runs: broker and database where none are named, and coagent's own processes."""

import asyncio
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from signal import SIGINT, SIGTERM, Signals
from typing import Any, Protocol

from pydantic import SecretStr

from coagent import bootstrap
from coagent.adapters.postgres.migrate import upgrade
from coagent.domain.errors import Fatal, Transient
from coagent.entrypoints.running import forget_running, note_running
from coagent.entrypoints.supervisor.child import Command
from coagent.entrypoints.supervisor.supervisor import Spec, Started, Supervisor
from coagent.settings import Settings

PROCESSES: Mapping[str, tuple[str, ...]] = {
    "sink": ("coagent", "sink"),
    "worker": ("faust", "-A", "streams.app", "worker", "--loglevel", "INFO"),
    "ingest": ("coagent", "ingest"),
    "agent": ("coagent", "agent"),
}
"""In the order of their start; they stop the other way round, each before those that read what it writes."""
LOG_READERS = ("ingest", "worker", "sink")
"""They hold positions in the log, which mean nothing once an embedded broker has begun a new one."""

TOPICS_WITHIN_S = 30.0
DRAIN_S = 5.0
"""How long a stop lets the processes read what lies in a log that ends with it."""
EMBEDDED_SESSION_MS = 3000
"""The embedded broker lets a member join only once the dead one's session is over: 7 s at 3 s, 11 s at 6 s."""


class EmbeddedServer(Protocol):
    """A server that coagent runs itself as a child process."""

    def prepare(self) -> None: ...
    def command(self) -> list[str]: ...
    def popen_options(self) -> dict[str, Any]: ...
    def is_ready(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Connections:
    """Where people and processes connect: settings with everything named, psql's line, a URL that may be shown."""

    settings: Settings
    psql_line: str
    shown_url: str


class Stack:
    """Starts everything in the order in which it needs each other."""

    def __init__(self, settings: Settings, supervisor: Supervisor) -> None:
        self._settings, self._supervisor = settings, supervisor
        self._log_ends = False
        self.log_generation = 0
        """How often the embedded broker, whose log lives in its memory, had to begin anew."""

    async def start(self) -> Connections:
        """Raises Fatal where a part does not come up."""
        await self._start_broker()
        psql_line, shown_url = await self._start_postgres()
        if self._settings.delivery.folder is None:
            self._name("delivery", folder=(self._settings.data_dir / "tickets").absolute())
        environment = self._environment()
        for name, (module, *arguments) in PROCESSES.items():
            argv = (sys.executable, "-m", module, *arguments)
            await self._supervisor.add(Spec(name, partial(Command, argv, environment)))
        note_running(self._settings, self._supervisor.pids())
        return Connections(self._settings, psql_line, shown_url)

    async def stop(self) -> None:
        """Everything, each after what it has to read is read: an embedded broker's log ends here."""
        forget_running(self._settings.data_dir)
        give_up = time.monotonic() + DRAIN_S

        async def drain(name: str) -> None:
            while self._log_ends and time.monotonic() < give_up and await self._behind(name):  # noqa: ASYNC110  only Kafka knows
                await asyncio.sleep(0.1)

        await self._supervisor.stop(drain)

    async def _behind(self, name: str) -> int:
        try:
            return await asyncio.to_thread(bootstrap.stage_lag, self._settings, name) if name in LOG_READERS else 0
        except (Transient, Fatal):
            return 0

    async def _start_broker(self) -> None:
        if self._settings.kafka.bootstrap_servers is None:
            broker = await asyncio.to_thread(bootstrap.embedded_broker, self._settings)
            self._log_ends = True
            self._name("kafka", bootstrap_servers=broker.bootstrap_servers, session_timeout_ms=EMBEDDED_SESSION_MS)
            await self._supervisor.add(_server("broker", broker, SIGTERM, self._broker_started))
        else:
            await self._create_topics()

    async def _broker_started(self, again: bool) -> None:
        await self._create_topics()
        if again:
            self.log_generation += 1
            await self._supervisor.restart(*LOG_READERS)

    async def _start_postgres(self) -> tuple[str, str]:
        if self._settings.postgres.url is not None:
            await asyncio.to_thread(upgrade, bootstrap.postgres_url(self._settings))
            return 'psql "$COAGENT_POSTGRES__URL"', "$COAGENT_POSTGRES__URL"
        server = bootstrap.embedded_postgres(self._settings)

        async def started(_again: bool) -> None:
            await asyncio.to_thread(upgrade, server.url)

        await self._supervisor.add(_server("postgres", server, SIGINT, started))
        self._name("postgres", url=SecretStr(server.url))
        return server.psql_line, server.passfile_url

    async def _create_topics(self) -> None:
        give_up, told = time.monotonic() + TOPICS_WITHIN_S, False
        while True:
            try:
                await asyncio.to_thread(bootstrap.prepare_topics, self._settings)
            except Transient as away:
                if time.monotonic() > give_up:
                    raise Fatal(f"{away}. Check COAGENT_KAFKA__BOOTSTRAP_SERVERS with `coagent doctor`") from away
                if not told:
                    self._supervisor.tell("kafka", str(away))
                told = True
                await asyncio.sleep(0.5)
            else:
                return

    def _name(self, group: str, **values: object) -> None:
        named = getattr(self._settings, group).model_copy(update=values)
        self._settings = self._settings.model_copy(update={group: named})

    def _environment(self) -> dict[str, str]:
        return {
            "COAGENT_DATA_DIR": str(self._settings.data_dir),
            "COAGENT_KAFKA__BOOTSTRAP_SERVERS": self._settings.kafka.bootstrap_servers or "",
            "COAGENT_KAFKA__SESSION_TIMEOUT_MS": str(self._settings.kafka.session_timeout_ms),
            "COAGENT_DELIVERY__FOLDER": str(self._settings.delivery.folder),
            "COAGENT_POSTGRES__URL": bootstrap.postgres_url(self._settings),
        }


def _server(name: str, server: EmbeddedServer, stop_signal: Signals, started: Started) -> Spec:
    def command() -> Command:
        server.prepare()
        return Command(tuple(server.command()), popen_options=server.popen_options(), stop_signal=stop_signal)

    return Spec(name, command, server.is_ready, started)
