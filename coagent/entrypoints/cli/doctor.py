"""`coagent doctor`."""

from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table

from coagent.entrypoints.doctor.check import Finding
from coagent.entrypoints.doctor.delivery import check_channels, check_outbox
from coagent.entrypoints.doctor.earlier import check_earlier
from coagent.entrypoints.doctor.intake import check_intake
from coagent.entrypoints.doctor.kafka import check_broker, check_topics
from coagent.entrypoints.doctor.model import check_model
from coagent.entrypoints.doctor.postgres import check_database, check_migrations
from coagent.entrypoints.doctor.prices import check_prices
from coagent.settings import Settings

CHECKS = (
    check_broker,
    check_topics,
    check_earlier,
    check_database,
    check_migrations,
    check_intake,
    check_prices,
    check_model,
    check_outbox,
)
MARKS = {"ok": "[green]ok[/green]", "problem": "[red]problem[/red]", "skipped": "[dim]skipped[/dim]"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Findings as JSON on standard output.")] = False,
) -> None:
    """Check broker, database, intake, prices, model, upgrade, channels: ok, or what to do; status 1 on a problem."""
    settings = Settings()
    findings = [*(check(settings) for check in CHECKS), *check_channels(settings)]
    if as_json:
        print(msgspec.json.encode(findings).decode())
    else:
        Console().print(_table(findings))
    if any(finding.state == "problem" for finding in findings):
        raise typer.Exit(1)


def _table(findings: list[Finding]) -> Table:
    table = Table(box=None, pad_edge=False)
    for heading in ("", "", "found", "what to do"):
        table.add_column(heading, overflow="fold")
    for finding in findings:
        table.add_row(finding.name, MARKS[finding.state], finding.text, finding.action or "")
    return table
