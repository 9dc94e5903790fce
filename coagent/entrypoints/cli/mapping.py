"""`coagent mapping check`."""

import time
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from coagent.adapters.files import LogFiles
from coagent.bootstrap.formats import decode_options, read_mapping_file
from coagent.entrypoints.mapping.check import check_mapping
from coagent.entrypoints.mapping.view import check_view
from coagent.settings import Settings

NOTHING_ACCEPTED = 1

mapping = typer.Typer(
    name="mapping",
    no_args_is_help=True,
    add_completion=False,
    help="Mapping files: how coagent reads records of any JSON (docs/mapping.md).",
)


@mapping.callback()
def root() -> None:
    """Mapping files: how coagent reads records of any JSON (docs/mapping.md)."""


@mapping.command()
def check(
    file: Annotated[Path, typer.Argument(help="The mapping, YAML.")],
    sample: Annotated[str, typer.Argument(help="Records to try it on: a log file, `-` is standard input.")],
    *,
    records: Annotated[int, typer.Option(help="How many records to show.", min=1)] = 10,
    json: Annotated[bool, typer.Option("--json", help="As JSON on standard output.")] = False,
) -> None:
    """Show what a mapping file makes of the first ten records of a sample. Ends with 1 where none becomes a request."""
    settings = Settings()
    options = replace(decode_options(settings), now_s=time.time())
    mapped = read_mapping_file(file)
    found = check_mapping(str(file), mapped, LogFiles([sample]).records(), options, records)
    if json:
        typer.echo(found.to_json(), nl=False)
    else:
        Console().print(check_view(found))
    if not found.accepted:
        raise typer.Exit(NOTHING_ACCEPTED)
