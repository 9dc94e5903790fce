"""`coagent sql`."""

from typing import Annotated

import typer
from rich.console import Console

from coagent.domain.errors import Fatal
from coagent.entrypoints.terminal.answer_table import answer_view
from coagent.entrypoints.terminal.rows_printed import RowsAsCsv, RowsAsJson, printed
from coagent.entrypoints.view_columns import COLUMNS, VIEWS
from coagent.settings import Settings


def sql(
    query: Annotated[
        str | None,
        typer.Argument(help="One SELECT on the views of schema insights (docs/sql.md); without it: the views."),
    ] = None,
    *,
    describe: Annotated[str | None, typer.Option(metavar="VIEW", help="The columns of a view, with units.")] = None,
    json: RowsAsJson = False,
    csv: RowsAsCsv = False,
) -> None:
    """Ask the views in SQL, as the read-only role."""
    from coagent.bootstrap.readers import sql_reader  # noqa: PLC0415  drivers take a moment to load

    if describe and query:
        raise Fatal("--describe and a query: say one of them")
    reader = sql_reader(Settings())
    if describe:
        answer = reader.ask(COLUMNS, {"name": describe.removeprefix("insights.")})
        if not answer.rows:
            raise Fatal(f"there is no view {describe!r}: `coagent sql` lists them")
    else:
        answer = reader.ask(query or VIEWS)
    if not printed(answer.columns, answer.rows, json=json, csv=csv):
        console = Console(highlight=False)
        console.print(answer_view(answer.columns, answer.rows, console.width))
    if answer.cut:
        typer.echo(f"There are more than {len(answer.rows):,} rows: these are the first.", err=True)
