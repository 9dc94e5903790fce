"""`coagent mcp`."""

from datetime import UTC, datetime
from functools import partial
from typing import Annotated

import typer

from coagent.settings import Settings

HOST = "127.0.0.1"


def mcp(
    *,
    http: Annotated[
        bool, typer.Option("--http", help="Serve streamable HTTP on this machine instead of stdio.")
    ] = False,
    port: Annotated[int, typer.Option(help="Of --http.", min=1, max=65_535)] = 8765,
    allow_decisions: Annotated[
        bool, typer.Option("--allow-decisions", help="Let people approve, reject and snooze, each confirmed first.")
    ] = False,
    by: Annotated[str | None, typer.Option(help="Who decides; else the user of this shell.")] = None,
) -> None:
    """Answer an IDE's questions by the Model Context Protocol: docs/mcp.md shows how to set it up."""
    from coagent.bootstrap.gate import catalogue  # noqa: PLC0415  tables of prices take a moment to load
    from coagent.bootstrap.readers import sql_reader  # noqa: PLC0415  drivers take a moment to load
    from coagent.entrypoints.mcp.server import mcp_server  # noqa: PLC0415
    from coagent.entrypoints.money.decide import give  # noqa: PLC0415

    settings = Settings()
    decide = partial(give, settings, by=by, via="mcp") if allow_decisions else None
    server = mcp_server(sql_reader(settings), catalogue(settings, datetime.now(UTC).date()), decide)
    if http:
        typer.echo(f"http://{HOST}:{port}/mcp", err=True)
        server.run("streamable-http", host=HOST, port=port)
    else:
        server.run("stdio")
