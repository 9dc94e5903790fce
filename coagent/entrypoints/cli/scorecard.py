"""`coagent scorecard`."""

from rich.console import Console

from coagent.entrypoints.terminal.rows_printed import RowsAsCsv, RowsAsJson, printed
from coagent.entrypoints.terminal.scorecard_table import COLUMNS, scorecard_table
from coagent.settings import Settings

QUERY = f"SELECT {', '.join(COLUMNS)} FROM model_scorecard ORDER BY requests DESC"  # noqa: S608  our own columns


def scorecard(*, json: RowsAsJson = False, csv: RowsAsCsv = False) -> None:
    """Models side by side over the last 30 days: requests, success, latency, cost."""
    from coagent.bootstrap.readers import sql_reader  # noqa: PLC0415  drivers take a moment to load

    answer = sql_reader(Settings()).ask(QUERY)
    if printed(answer.columns, answer.rows, json=json, csv=csv):
        return
    console = Console(highlight=False)
    if not answer.rows:
        console.print("No day has been summed yet: days appear about a minute after the first requests.")
        return
    console.print(scorecard_table([dict(zip(answer.columns, row, strict=True)) for row in answer.rows], console.width))
