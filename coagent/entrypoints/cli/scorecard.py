"""`coagent scorecard`."""

from typing import Annotated

import typer
from rich.console import Console

from coagent.entrypoints.terminal.answer_table import json_rows
from coagent.entrypoints.terminal.scorecard_table import COLUMNS, scorecard_table
from coagent.settings import Settings

QUERY = f"SELECT {', '.join(COLUMNS)} FROM model_scorecard ORDER BY requests DESC"  # noqa: S608  our own columns


def scorecard(*, json: Annotated[bool, typer.Option("--json", help="Print rows as JSON, one a line.")] = False) -> None:
    """Models side by side over the last 30 days: requests, success, latency, cost."""
    from coagent.bootstrap.readers import sql_reader  # noqa: PLC0415  drivers take a moment to load

    answer = sql_reader(Settings()).ask(QUERY)
    if json:
        for line in json_rows(answer.columns, answer.rows):
            typer.echo(line)
        return
    console = Console(highlight=False)
    if not answer.rows:
        console.print("No day has been summed yet: days appear about a minute after the first requests.")
        return
    console.print(scorecard_table([dict(zip(answer.columns, row, strict=True)) for row in answer.rows], console.width))
