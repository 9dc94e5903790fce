"""`coagent slo`."""

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from coagent.domain.errors import Fatal
from coagent.entrypoints.terminal.rows_printed import RowsAsCsv, RowsAsJson, printed
from coagent.entrypoints.terminal.slo_table import COLUMNS, slo_table
from coagent.settings import Settings

slo = typer.Typer(
    add_completion=False, invoke_without_command=True, help="Error budgets of your SLOs: what is left, and what burns."
)
QUERY = f"SELECT {', '.join(COLUMNS)} FROM slo_status ORDER BY burning DESC, budget_left NULLS LAST, name"  # noqa: S608  our own columns


@slo.callback()
def show(ctx: typer.Context, *, json: RowsAsJson = False, csv: RowsAsCsv = False) -> None:
    """Show every SLO with its budget and burn rates; `check` reads a file."""
    if ctx.invoked_subcommand is not None:
        return
    from coagent.bootstrap.readers import sql_reader  # noqa: PLC0415  drivers take a moment to load

    answer = sql_reader(Settings()).ask(QUERY)
    if printed(answer.columns, answer.rows, json=json, csv=csv):
        return
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    Console(highlight=False).print(slo_table(rows) if rows else _none())


@slo.command()
def check(file: Annotated[Path, typer.Argument(help="A file of SLOs, as examples/slos.yaml.")]) -> None:
    """Read a file of SLOs; say what is wrong with its line, or what it holds."""
    from coagent.slo.slo_file import read_slos  # noqa: PLC0415  scipy takes a moment to load

    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Fatal(f"{file}: {error}. Name a file that exists") from error
    for one in read_slos(text, str(file)):
        where = ", ".join(f"{name} {pattern}" for name, pattern in one.match.given.items()) or "all requests"
        typer.echo(f"{one.name}: {100 * one.objective:g} % {one.indicator.replace('_', ' ')} of {where}")


def _none() -> str:
    return "No SLO is evaluated: write a file as examples/slos.yaml and name it in COAGENT_SLO__FILE (docs/money.md)."
