"""Rows of a query for programs: as CSV or as JSON lines."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any

import typer

from coagent.domain.errors import Fatal
from coagent.entrypoints.csv_text import csv_text
from coagent.entrypoints.terminal.answer_table import json_rows

RowsAsJson = Annotated[bool, typer.Option("--json", help="Print rows as JSON, one a line.")]
RowsAsCsv = Annotated[bool, typer.Option("--csv", help="Print rows as CSV, their names first.")]


def printed(columns: Sequence[str], rows: Iterable[Sequence[Any]], *, json: bool, csv: bool) -> bool:
    """Whether it was asked for so, and is done. Raises Fatal where both were asked for."""
    if json and csv:
        raise Fatal("--json and --csv: say one of them")
    if csv:
        typer.echo(csv_text(columns, rows), nl=False)
    for line in json_rows(columns, rows) if json else ():
        typer.echo(line)
    return json or csv
