"""`coagent shifts`."""

from datetime import UTC, datetime
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from coagent.bootstrap.readers import decision_reader, shift_reader
from coagent.entrypoints.on_call.follow_up import RECENT
from coagent.entrypoints.on_call.shift_list import shift_list
from coagent.settings import Settings


def shifts(
    *,
    only_open: Annotated[bool, typer.Option("--open", help="Only those that are open.")] = False,
    limit: Annotated[int, typer.Option(help="Maximum to list, newest first.", min=1)] = 20,
    json: Annotated[bool, typer.Option("--json", help="One JSON array on standard output.")] = False,
) -> None:
    """List what changed: since when, how bad, why, for whom, and whether people were paged."""
    settings, now = Settings(), datetime.now(UTC)
    found = shift_reader(settings).listed(limit, only_open=only_open)
    if json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=1).decode())
        return
    ended = decision_reader(settings).ended_mutes(now - RECENT)
    Console(highlight=False).print(shift_list(found, ended, now))
