"""`coagent opportunities`."""

from datetime import timedelta
from typing import Annotated, get_args

import typer
from rich.console import Console

from coagent.bootstrap.readers import sql_reader
from coagent.domain.decision import OpportunityStatus
from coagent.domain.errors import Fatal
from coagent.entrypoints.control.say import AsJson, By, Wait, lasting
from coagent.entrypoints.money.decide import decide
from coagent.entrypoints.money.found import listed, the_opportunity
from coagent.entrypoints.terminal.answer_table import json_rows
from coagent.entrypoints.terminal.opportunity_table import opportunity_screen, opportunity_table
from coagent.entrypoints.terminal.rows_printed import RowsAsCsv, RowsAsJson, printed
from coagent.settings import Settings

opportunities = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="What could be cheaper, faster or better: list it, and decide about it.",
)
Id = Annotated[str, typer.Argument(metavar="ID", help="An id or its beginning.")]
Reason = Annotated[str, typer.Option(help="Why; kept and shown in insights.decisions.")]
STATUSES = (*get_args(OpportunityStatus), "all")
LIVE = ("open", "held", "approved")
WAIT_S = 15.0


@opportunities.command("list")
def list_(
    status: Annotated[str, typer.Option(help=f"One of {', '.join(STATUSES)}; without it: {', '.join(LIVE)}.")] = "",
    *,
    json: RowsAsJson = False,
    csv: RowsAsCsv = False,
) -> None:
    """List them, the most expected savings first; `--status all` adds what does not hold any more."""
    if status and status not in STATUSES:
        raise Fatal(f"--status {status!r}: one of {', '.join(STATUSES)}")
    wanted = LIVE if not status else () if status == "all" else (status,)
    answer = listed(sql_reader(Settings()), wanted)
    if printed(answer.columns, answer.rows, json=json, csv=csv):
        return
    rows = [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]
    Console(highlight=False).print(opportunity_table(rows) if rows else "No such opportunity.")


@opportunities.command()
def show(
    opportunity: Id, *, json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False
) -> None:
    """Show all that is known of one: figures, assumptions, change, risk, and what was decided."""
    found = the_opportunity(sql_reader(Settings()), opportunity)
    if json:
        typer.echo(next(json_rows(list(found), [list(found.values())])))
        return
    Console(highlight=False).print(opportunity_screen(found))


@opportunities.command()
def approve(opportunity: Id, by: By = None, reason: Reason = "", wait: Wait = WAIT_S, json: AsJson = False) -> None:
    """Approve it: it goes into the routing policy, and the ledger measures what it saves."""
    decide(Settings(), opportunity, "approve", by=by, reason=reason, wait_s=wait, as_json=json)


@opportunities.command()
def reject(
    opportunity: Id,
    reason: Annotated[str, typer.Option(help="Why; it does not come back until its figures have changed notably.")],
    by: By = None,
    wait: Wait = WAIT_S,
    json: AsJson = False,
) -> None:
    """Reject it, also after it was approved."""
    decide(Settings(), opportunity, "reject", by=by, reason=reason, wait_s=wait, as_json=json)


@opportunities.command()
def snooze(
    opportunity: Id,
    *,
    lasts: Annotated[str, typer.Option("--for", help="How long, such as 12h or 7d.")] = "7d",
    by: By = None,
    reason: Reason = "",
    wait: Wait = WAIT_S,
    json: AsJson = False,
) -> None:
    """Decide later."""
    length: timedelta = lasting(lasts)
    decide(Settings(), opportunity, "snooze", by=by, reason=reason, wait_s=wait, as_json=json, lasts=length)
