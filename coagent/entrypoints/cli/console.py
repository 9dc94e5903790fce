"""`coagent console`."""

import getpass
import logging
from typing import Annotated

import typer

from coagent.entrypoints.console.access.one_time_link import find_listening, forget_listening
from coagent.entrypoints.console.access.passwords import hashed
from coagent.settings import Settings

console = typer.Typer(
    help="Show all of it in a browser, and take decisions there: docs/console.md.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
STOP_S = 3
FEWEST = 15
"""Characters of a password (NIST SP 800-63B-4 where there is no second factor)."""


@console.callback()
def run(ctx: typer.Context) -> None:
    """Serve the console."""
    if ctx.invoked_subcommand is None:
        _serve(Settings())


@console.command()
def link() -> None:
    """Print the link that opens the running console."""
    found = find_listening(Settings().data_dir)
    if found is None:
        typer.echo("no console runs in this data directory: start `coagent console`", err=True)
        raise typer.Exit(1)
    typer.echo(found.link)


@console.command()
def password(
    name: Annotated[str, typer.Argument(help="Who will log in with it.")],
) -> None:
    """Ask for a password and print its hash, as COAGENT_CONSOLE__PASSWORDS wants it."""
    chosen = getpass.getpass("password: ")
    if len(chosen) < FEWEST:
        typer.echo(f"a password has at least {FEWEST} characters", err=True)
        raise typer.Exit(1)
    if chosen != getpass.getpass("again: "):
        typer.echo("the two differ", err=True)
        raise typer.Exit(1)
    import msgspec  # noqa: PLC0415  the other commands need none

    typer.echo(msgspec.json.encode({name: hashed(chosen)}).decode())


def _serve(settings: Settings) -> None:
    import uvicorn  # noqa: PLC0415  the other commands need none of these

    from coagent.adapters.clock import SystemClock  # noqa: PLC0415
    from coagent.adapters.logs import log_to_stderr  # noqa: PLC0415
    from coagent.entrypoints.console.wired import check, listening_socket, place_of, wired  # noqa: PLC0415

    log_to_stderr(as_json=settings.log.is_json)
    logging.getLogger("httpx2").setLevel(logging.WARNING)  # a line for each question to an identity provider
    check(settings.console)
    listening = listening_socket(settings.console)
    place = place_of(settings.console, listening.getsockname()[1])
    guard, _ = wired(settings, place, SystemClock())
    typer.echo(f"console at {place.address}; `coagent console link` prints the link that opens it")
    server = uvicorn.Server(
        uvicorn.Config(
            guard,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=STOP_S,
            h11_max_incomplete_event_size=65_536,
        )
    )
    try:
        server.run([listening])
    finally:
        forget_listening(settings.data_dir)
