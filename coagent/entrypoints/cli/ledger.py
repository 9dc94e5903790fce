"""`coagent ledger`."""

from typing import Annotated

import typer
from rich.console import Console

from coagent.entrypoints.terminal.answer_table import answer_table
from coagent.entrypoints.terminal.ledger_table import TOTALS, ledger_table
from coagent.entrypoints.terminal.rows_printed import RowsAsCsv, RowsAsJson, printed
from coagent.settings import Settings

BY_DAY = (
    "SELECT day, opportunity_id, requests_compared, promised_usd, realised_usd, tokens_usd, price_usd, volume_usd, "
    "mix_usd, is_complete FROM savings_ledger ORDER BY day DESC, opportunity_id"
)


def ledger(
    *,
    days: Annotated[bool, typer.Option("--days", help="Every day instead of totals.")] = False,
    json: RowsAsJson = False,
    csv: RowsAsCsv = False,
) -> None:
    """Show what approved changes really saved beside what they promised."""
    from coagent.bootstrap.readers import sql_reader  # noqa: PLC0415  drivers take a moment to load

    answer = sql_reader(Settings()).ask(BY_DAY if days else TOTALS)
    if printed(answer.columns, answer.rows, json=json, csv=csv):
        return
    console = Console(highlight=False)
    if not answer.rows:
        console.print("Nothing yet: the ledger begins on the day after an approval (`coagent opportunities approve`).")
    elif days:
        console.print(answer_table(answer.columns, answer.rows))
    else:
        console.print(ledger_table([dict(zip(answer.columns, row, strict=True)) for row in answer.rows]))
