"""`coagent up`."""

import asyncio
import signal
from typing import Annotated

import typer
from rich.console import Console

from coagent.domain import topics
from coagent.domain.errors import Fatal
from coagent.entrypoints.data_dir import alone_in
from coagent.entrypoints.demo.demo import Demo
from coagent.entrypoints.stack import Connections, Stack
from coagent.entrypoints.supervisor.supervisor import Supervisor
from coagent.settings import Settings


def up(
    demo: Annotated[bool, typer.Option("--demo", help="Replay the recorded swap and show what is found.")] = False,
    leave: Annotated[
        bool, typer.Option("--exit", help="End after the demo; status 0 only if it kept its promise.")
    ] = False,
) -> None:
    """Run everything on this machine: broker and database (where none are named), ingest, worker, sink, agent."""
    if leave and not demo:
        raise Fatal("--exit ends `coagent up --demo`: say --demo too")
    settings = Settings()
    with alone_in(settings.data_dir):
        kept = asyncio.run(_up(settings, Console(), demo=demo, leave=leave))
    if not kept:
        raise typer.Exit(1)


async def _up(settings: Settings, console: Console, *, demo: bool, leave: bool) -> bool:
    stopped = _on_signals()
    supervisor = Supervisor(
        settings.data_dir / "logs", lambda name, what: console.print(f"[dim]{name:>9}  {what}[/dim]", highlight=False)
    )
    stack = Stack(settings, supervisor)
    work = asyncio.create_task(_work(stack, console, demo=demo, leave=leave))
    stop = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
        return work.result() if work.done() else not leave
    finally:
        work.cancel()
        stop.cancel()
        await asyncio.gather(work, stop, return_exceptions=True)
        await supervisor.stop()


async def _work(stack: Stack, console: Console, *, demo: bool, leave: bool) -> bool:
    connections = await stack.start()
    _tell_connections(connections, console)
    kept = await Demo(connections, console, lambda: stack.log_generation).run() if demo else True
    if not leave:
        console.print("Ctrl-C stops everything in order.")
        await asyncio.Event().wait()
    return kept


def _tell_connections(connections: Connections, console: Console) -> None:
    settings = connections.settings
    rows = {
        "telemetry in": ", ".join(settings.ingest.topics),
        "Kafka": settings.kafka.bootstrap_servers,
        "topics out": ", ".join(topics.PUBLIC),
        "SQL": connections.psql_line,
        "tickets": settings.delivery.folder,
        "logs": settings.data_dir / "logs",
        "other shells": f"export COAGENT_KAFKA__BOOTSTRAP_SERVERS={settings.kafka.bootstrap_servers} "
        f"COAGENT_POSTGRES__URL='{connections.shown_url}'",
    }
    for name, value in rows.items():
        console.print(f"[bold]{name:>12}[/bold]  {value}", highlight=False, soft_wrap=True)


def _on_signals() -> asyncio.Event:
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    return stopped
