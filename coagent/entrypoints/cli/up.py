"""`coagent up`."""

import asyncio
import signal
from typing import Annotated

import typer
from rich.console import Console

from coagent.adapters.embedded.vllm import VllmServer
from coagent.adapters.metrics.server import serve_metrics
from coagent.adapters.pulse import Pulse
from coagent.bootstrap.embedded import vllm_server
from coagent.domain.errors import Fatal
from coagent.entrypoints.data_dir import alone_in
from coagent.entrypoints.demo.demo import Demo
from coagent.entrypoints.metrics import up_samples
from coagent.entrypoints.readiness import Readiness
from coagent.entrypoints.stack import Stack
from coagent.entrypoints.supervisor.supervisor import Supervisor
from coagent.entrypoints.welcome import print_connections, print_first_records, print_waiting
from coagent.settings import Settings

LOOK_EVERY_S = 5.0


def up(
    demo: Annotated[bool, typer.Option("--demo", help="Replay the recorded swap and show what is found.")] = False,
    leave: Annotated[
        bool, typer.Option("--exit", help="End after the demo; status 0 only if it kept its promise.")
    ] = False,
    model: Annotated[
        str | None, typer.Option("--model", metavar="NAME_OR_PATH", help="Serve this model with vLLM; it explains.")
    ] = None,
) -> None:
    """Run everything on this machine: broker and database (where none are named), ingest, worker, sink, agent."""
    if leave and not demo:
        raise Fatal("--exit ends `coagent up --demo`: say --demo too")
    settings = Settings()
    server = vllm_server(settings, model) if model else None
    with alone_in(settings.data_dir):
        kept = asyncio.run(_up(settings, Console(), server, demo=demo, leave=leave))
    if not kept:
        raise typer.Exit(1)


async def _up(settings: Settings, console: Console, model: VllmServer | None, *, demo: bool, leave: bool) -> bool:
    stopped = _on_signals()
    supervisor = Supervisor(
        settings.data_dir / "logs", lambda name, what: console.print(f"[dim]{name:>9}  {what}[/dim]", highlight=False)
    )
    pulse, metrics = Pulse(), settings.metrics
    server = serve_metrics(metrics.host, metrics.up_port, lambda: up_samples(supervisor.states()), pulse)
    if server is not None:
        supervisor.say("metrics", f"at http://{metrics.host}:{server.server_port}/metrics")
    stack = Stack(settings, supervisor, model)
    readiness = Readiness(settings.data_dir / "logs")
    run = _demo(stack, console, leave=leave) if demo else _serve(stack, readiness, console)
    work = asyncio.create_task(run)
    stop = asyncio.create_task(stopped.wait())
    look = asyncio.create_task(_look_after(supervisor, pulse))
    try:
        await asyncio.wait((work, stop), return_when=asyncio.FIRST_COMPLETED)
        return work.result() if work.done() else not leave
    finally:
        work.cancel()
        stop.cancel()
        look.cancel()
        await asyncio.gather(work, stop, look, return_exceptions=True)
        await stack.stop()


async def _look_after(supervisor: Supervisor, pulse: Pulse) -> None:
    """Until cancelled: it gets on while all its children run."""
    while True:
        pulse.beat()
        if all(child.runs for child in supervisor.states()):
            pulse.got_on()
        await asyncio.sleep(LOOK_EVERY_S)


async def _demo(stack: Stack, console: Console, *, leave: bool) -> bool:
    connections = await stack.start()
    print_connections(connections, console)
    await stack.until_model_answers()
    kept = await Demo(connections, console, lambda: stack.log_generation).run()
    if not leave:
        console.print("Ctrl-C stops everything in order.")
        await asyncio.Event().wait()
    return kept


async def _serve(stack: Stack, readiness: Readiness, console: Console) -> bool:
    connections = await stack.start()
    seconds = await readiness.wait(console.print)
    console.print(f"[bold green]       ready[/bold green]  all processes are at work, after {seconds:.0f} s more")
    print_connections(connections, console)
    print_waiting(connections.settings, console)
    await print_first_records(connections.settings, console, lambda: stack.log_generation)
    return True


def _on_signals() -> asyncio.Event:
    stopped, loop = asyncio.Event(), asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    return stopped
