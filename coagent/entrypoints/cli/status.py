"""`coagent status`."""

import time
from contextlib import suppress
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.live import Live

from coagent.entrypoints.status.look import Look
from coagent.entrypoints.status.view import status_view
from coagent.settings import Settings

MEASURED_S = 1.5
"""Ingest commits twice a second: shorter spans would show nothing of a steady stream now and then."""


def status(
    watch: Annotated[bool, typer.Option("--watch", help="Look again and again, until Ctrl-C.")] = False,
    every: Annotated[float, typer.Option(help="Seconds between looks with --watch.", min=0.5)] = 2.0,
    json: Annotated[bool, typer.Option("--json", help="As JSON on standard output; with --watch one a line.")] = False,
) -> None:
    """Show whether telemetry comes and is read, what is learned of each stream, and what was found.

    Ends with 1 where Kafka or Postgres could not be asked.
    """
    look = Look(Settings())
    look.measure()
    time.sleep(every if watch else MEASURED_S)
    if watch:
        with suppress(KeyboardInterrupt):
            _watch(look, every, as_json=json)
        return
    found = look.status()
    if json:
        print(msgspec.json.encode(found).decode())
    else:
        Console().print(status_view(found))
    if found.problems:
        raise typer.Exit(1)


def _watch(look: Look, every: float, *, as_json: bool) -> None:
    if as_json:
        while True:
            print(msgspec.json.encode(look.status()).decode(), flush=True)
            time.sleep(every)
    with Live(status_view(look.status()), auto_refresh=False, screen=False) as live:
        while True:
            time.sleep(every)
            live.update(status_view(look.status()), refresh=True)
