"""`coagent sql`."""

from typing import Annotated

import typer
from rich.console import Console

from coagent.entrypoints.terminal.answer_table import answer_table, json_rows
from coagent.settings import Settings


def sql(
    query: Annotated[str, typer.Argument(help="One SELECT on the views of schema insights: see docs/sql.md.")],
    *,
    json: Annotated[bool, typer.Option("--json", help="Print rows as JSON, one a line.")] = False,
) -> None:
    """Ask the views in SQL, as the read-only role."""
    from coagent.bootstrap.readers import sql_reader  # noqa: PLC0415  drivers take a moment to load

    answer = sql_reader(Settings()).ask(query)
    if json:
        for line in json_rows(answer.columns, answer.rows):
            typer.echo(line)
    else:
        Console().print(answer_table(answer.columns, answer.rows))
    if answer.cut:
        typer.echo(f"There are more than {len(answer.rows):,} rows: these are the first.", err=True)
