"""What `coagent up` runs: broker and database where none are named, and coagent's own processes."""

import asyncio
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from signal import SIGINT, SIGTERM, Signals
from typing import Any, Protocol

from pydantic import SecretStr

from coagent.adapters.embedded.vllm import READY_WITHIN_S as MODEL_WITHIN_S
from coagent.adapters.embedded.vllm import VllmServer
from coagent.adapters.postgres.migrate import upgrade
from coagent.bootstrap.embedded import embedded_broker, embedded_postgres
from coagent.bootstrap.kafka import prepare_topics
from coagent.bootstrap.lag import stage_lag, stuck_groups
from coagent.bootstrap.postgres import postgres_url
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
    "console": ("coagent", "console"),
}
"""In the order of their start; they stop the other way round, each before those that read what it writes."""
LOG_READERS = ("ingest", "worker", "sink")
"""They hold positions in the log, which mean nothing once an embedded broker has begun a new one."""

TOPICS_WITHIN_S = 30.0
DRAIN_S = 5.0
"""How long a stop lets the processes read what lies in a log that ends with it."""
GROUPS_EVERY_S = 5.0
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

    def __init__(self, settings: Settings, supervisor: Supervisor, model: VllmServer | None = None) -> None:
        """`model` is started beside the rest, which does not wait for it."""
        self._settings, self._supervisor, self._model = settings, supervisor, model
        self._log_ends = False
        self._groups: asyncio.Task[None] | None = None
        self.log_generation = 0
        """How often the embedded broker, whose log lives in its memory, had to begin anew."""

    async def start(self) -> Connections:
        """Raises Fatal where a part does not come up."""
        self._start_model()
        await self._start_broker()
        psql_line, shown_url = await self._start_postgres()
        if self._settings.delivery.folder is None:
            self._name("delivery", folder=(self._settings.data_dir / "tickets").absolute())
        environment = self._environment()
        for name, (module, *arguments) in PROCESSES.items():
            argv = (sys.executable, "-m", module, *arguments)
            await self._supervisor.add(Spec(name, partial(Command, argv, environment)))
        note_running(self._settings, self._supervisor.pids())
        if self._log_ends:
            self._groups = asyncio.create_task(self._keep_groups_going())
        return Connections(self._settings, psql_line, shown_url)

    async def until_model_answers(self) -> None:
        """At once where none is served here."""
        server = self._model
        while server is not None and not await asyncio.to_thread(server.is_ready):  # noqa: ASYNC110  only the server knows
            await asyncio.sleep(0.5)

    async def stop(self) -> None:
        """Everything, each after what it has to read is read: an embedded broker's log ends here."""
        forget_running(self._settings.data_dir)
        if self._groups:
            self._groups.cancel()
        give_up = time.monotonic() + DRAIN_S

        async def drain(name: str) -> None:
            while self._log_ends and time.monotonic() < give_up and await self._behind(name):  # noqa: ASYNC110  only Kafka knows
                await asyncio.sleep(0.1)

        await self._supervisor.stop(drain)

    async def _behind(self, name: str) -> int:
        try:
            return await asyncio.to_thread(stage_lag, self._settings, name) if name in LOG_READERS else 0
        except (Transient, Fatal):
            return 0

    def _start_model(self) -> None:
        server = self._model
        if server is not None:
            self._name("model", base_url=server.base_url, name=server.served_as)
            command = partial(Command, tuple(server.command()), server.environment())
            self._supervisor.add_aside(Spec("model", command, server.is_ready, ready_within_s=MODEL_WITHIN_S))

    async def _start_broker(self) -> None:
        if self._settings.kafka.bootstrap_servers is None:
            broker = await asyncio.to_thread(embedded_broker, self._settings)
            self._log_ends = True
            self._name("kafka", bootstrap_servers=broker.bootstrap_servers, session_timeout_ms=EMBEDDED_SESSION_MS)
            spec = _server("broker", broker, SIGTERM, self._broker_started)
            await self._supervisor.add(replace(spec, ended=self._broker_lost))
        else:
            await self._create_topics()

    async def _broker_lost(self) -> None:
        """No reader meets the new log as a member of a group on the old one: the embedded broker never forgets a
        leader that joins and goes before it has shared out the partitions, and its group would wait for ever.
        """
        await self._supervisor.hold(*LOG_READERS)

    async def _broker_started(self, again: bool) -> None:
        await self._create_topics()
        if again:
            self.log_generation += 1
            self._supervisor.release(*LOG_READERS)

    async def _keep_groups_going(self) -> None:
        """Until cancelled."""
        groups = await asyncio.to_thread(stuck_groups, self._settings)
        while True:
            for group in await asyncio.to_thread(groups.free):
                self._supervisor.say("broker", f"group {group} waited for a member that has gone; it begins anew")
            await asyncio.sleep(GROUPS_EVERY_S)

    async def _start_postgres(self) -> tuple[str, str]:
        if self._settings.postgres.url is not None:
            await asyncio.to_thread(upgrade, postgres_url(self._settings))
            return 'psql "$COAGENT_POSTGRES__URL"', "$COAGENT_POSTGRES__URL"
        server = embedded_postgres(self._settings)

        async def started(_again: bool) -> None:
            await asyncio.to_thread(upgrade, server.url)

        await self._supervisor.add(_server("postgres", server, SIGINT, started))
        self._name("postgres", url=SecretStr(server.url))
        return server.psql_line, server.passfile_url

    async def _create_topics(self) -> None:
        give_up, reported = time.monotonic() + TOPICS_WITHIN_S, False
        while True:
            try:
                await asyncio.to_thread(prepare_topics, self._settings)
            except Transient as away:
                if time.monotonic() > give_up:
                    raise Fatal(f"{away}. Check COAGENT_KAFKA__BOOTSTRAP_SERVERS with `coagent doctor`") from away
                if not reported:
                    self._supervisor.say("kafka", str(away))
                reported = True
                await asyncio.sleep(0.5)
            else:
                return

    def _name(self, group: str, **values: object) -> None:
        named = getattr(self._settings, group).model_copy(update=values)
        self._settings = self._settings.model_copy(update={group: named})

    def _environment(self) -> dict[str, str]:
        model = self._model
        return {
            "COAGENT_DATA_DIR": str(self._settings.data_dir),
            "COAGENT_KAFKA__BOOTSTRAP_SERVERS": self._settings.kafka.bootstrap_servers or "",
            "COAGENT_KAFKA__SESSION_TIMEOUT_MS": str(self._settings.kafka.session_timeout_ms),
            "COAGENT_DELIVERY__FOLDER": str(self._settings.delivery.folder),
            "COAGENT_POSTGRES__URL": postgres_url(self._settings),
            **({"COAGENT_MODEL__BASE_URL": model.base_url, "COAGENT_MODEL__NAME": model.served_as} if model else {}),
        }


def _server(name: str, server: EmbeddedServer, stop_signal: Signals, started: Started) -> Spec:
    def command() -> Command:
        server.prepare()
        return Command(tuple(server.command()), popen_options=server.popen_options(), stop_signal=stop_signal)

    return Spec(name, command, server.is_ready, started)
