"""`coagent up`."""

import asyncio
import signal
from typing import Annotated

import typer
from rich.console import Console

from coagent.domain.errors import Fatal
from coagent.entrypoints.data_dir import alone_in
from coagent.entrypoints.demo.demo import Demo
from coagent.entrypoints.readiness import Readiness
from coagent.entrypoints.stack import Stack
from coagent.entrypoints.supervisor.supervisor import Supervisor
from coagent.entrypoints.welcome import tell_connections, tell_first_records, tell_waiting
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
    readiness = Readiness(settings.data_dir / "logs")
    run = _demo(stack, console, leave=leave) if demo else _serve(stack, readiness, console)
    work = asyncio.create_task(run)
    stop = asyncio.create_task(stopped.wait())
    try:
        await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
        return work.result() if work.done() else not leave
    finally:
        work.cancel()
        stop.cancel()
        await asyncio.gather(work, stop, return_exceptions=True)
        await stack.stop()


async def _demo(stack: Stack, console: Console, *, leave: bool) -> bool:
    connections = await stack.start()
    tell_connections(connections, console)
    kept = await Demo(connections, console, lambda: stack.log_generation).run()
    if not leave:
        console.print("Ctrl-C stops everything in order.")
        await asyncio.Event().wait()
    return kept


async def _serve(stack: Stack, readiness: Readiness, console: Console) -> bool:
    connections = await stack.start()
    seconds = await readiness.wait(console.print)
    console.print(f"[bold green]       ready[/bold green]  all processes are at work, after {seconds:.0f} s more")
    tell_connections(connections, console)
    tell_waiting(connections.settings, console)
    await tell_first_records(connections.settings, console, lambda: stack.log_generation)
    return True


def _on_signals() -> asyncio.Event:
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    return stopped
