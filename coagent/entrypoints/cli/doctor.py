"""`coagent doctor`."""

import os
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from coagent.domain.shown_url import shown_url
from coagent.entrypoints.doctor.check import Finding
from coagent.entrypoints.doctor.delivery import check_channels, check_outbox
from coagent.entrypoints.doctor.earlier import check_earlier
from coagent.entrypoints.doctor.intake import check_intake
from coagent.entrypoints.doctor.kafka import check_broker, check_topics
from coagent.entrypoints.doctor.model import check_model
from coagent.entrypoints.doctor.postgres import check_database, check_migrations
from coagent.entrypoints.doctor.prices import check_prices
from coagent.entrypoints.doctor.processes import check_lag, check_running, other_settings
from coagent.entrypoints.doctor.retention import check_retention
from coagent.entrypoints.running import find_running, prefer_running
from coagent.settings import Settings

CHECKS = (
    check_running,
    check_broker,
    check_topics,
    check_earlier,
    check_database,
    check_migrations,
    check_intake,
    check_lag,
    check_prices,
    check_model,
    check_outbox,
    check_retention,
)
MARKS = {"ok": "[green]ok[/green]", "problem": "[red]problem[/red]", "skipped": "[dim]skipped[/dim]"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Findings as JSON on standard output.")] = False,
) -> None:
    """Check the running processes, broker, topics, database, migrations, intake, lag, prices, model and channels: ok,
    or what to do; ends with 1 on a problem. Where a `coagent up` runs in the data directory, its settings are checked.
    """
    shell = dict(os.environ)
    prefer_running(os.environ)
    settings = Settings()
    findings = [*(check(settings) for check in CHECKS), *check_channels(settings)]
    differing = other_settings(find_running(settings.data_dir), shell)
    findings = [_without_secrets(one) for one in [*findings, *([differing] if differing else [])]]
    if as_json:
        print(msgspec.json.encode(findings).decode())
    else:
        Console().print(_table(findings))
    if any(finding.state == "problem" for finding in findings):
        raise typer.Exit(1)


def _without_secrets(finding: Finding) -> Finding:
    """Servers and clients quote the addresses that they were given."""
    action = None if finding.action is None else shown_url(finding.action)
    return msgspec.structs.replace(finding, text=shown_url(finding.text), action=action)


def _table(findings: list[Finding]) -> Table:
    """What was found, and what to do about it on a line of its own."""
    table = Table(box=None, pad_edge=False, show_header=False)
    for no_wrap in (True, True, False):
        table.add_column(no_wrap=no_wrap, overflow="fold")
    for finding in findings:
        found = Text(finding.text)
        if finding.action:
            found.append(f"\n→ {finding.action}", "bold")
        table.add_row(finding.name, MARKS[finding.state], found)
    return table
