"""`coagent analyze`."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from coagent.adapters.files import LogFiles
from coagent.adapters.garbage import collect_seldom
from coagent.domain.explanation import explained
from coagent.domain.report import Report
from coagent.entrypoints.cli.pictures import draw, write
from coagent.entrypoints.terminal.records_view import nothing_accepted
from coagent.entrypoints.terminal.report import report_view
from coagent.settings import AnyFormat, Settings

STDOUT = Path("-")
NOTHING_ACCEPTED = 1


def analyze(
    paths: Annotated[
        list[str],
        typer.Argument(
            help="Telemetry logs: files, folders or patterns, plain, .gz or .zst; `-` is standard input. JSON lines, "
            "JSON, CSV, Parquet and OTLP protobuf are read; `coagent sources` (docs/sources.md) lists the formats."
        ),
    ],
    *,
    json: Annotated[Path | None, typer.Option(help="Write the report as JSON to this file; `-`: to stdout.")] = None,
    plots: Annotated[Path | None, typer.Option(help="Draw each shift into this folder, as SVG and PNG.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Show all that is known of each shift.")] = False,
    log_format: Annotated[
        AnyFormat,
        typer.Option(
            "--format",
            metavar="NAME",
            help="What a record holds, as `coagent sources` names it; auto: by its content.",
        ),
    ] = "auto",
    mapping: Annotated[
        Path | None, typer.Option(help="Read the records by this mapping file (docs/mapping.md), whatever they hold.")
    ] = None,
) -> None:
    """Find silent changes and opportunities in existing logs: no broker, no database."""
    report = _analyze(paths, log_format, mapping)
    if json == STDOUT:
        typer.echo(report.to_json(), nl=False)
    else:
        console = Console(highlight=False)
        console.print(report_view(report, console.width, full=full, path=json))
    if json and json != STDOUT:
        write(json, report.to_json())
    if plots:
        draw((explained(shift, report) for shift in report.shifts), plots)
        if not report.shifts:
            typer.echo("no shift to draw", err=True)
    if not report.records.accepted:
        typer.echo(f"coagent: {nothing_accepted(report.records)}", err=True)
        raise typer.Exit(NOTHING_ACCEPTED)


def _analyze(paths: list[str], log_format: AnyFormat, mapping: Path | None) -> Report:
    """With a progress bar on stderr, where that is a terminal."""
    from coagent.bootstrap.analyze import analyze_logs  # noqa: PLC0415  compilers take seconds to load

    collect_seldom()
    console = Console(stderr=True)
    columns = (TextColumn("reading"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("reading", total=LogFiles(paths).size())
        files = LogFiles(paths, on_progress=lambda done: progress.update(task, completed=done))
        return analyze_logs(Settings(), files, log_format, time.time(), mapping, on_first_run=_say_first_run)


def _say_first_run() -> None:
    typer.echo("coagent: compiling, once after an installation or update: a minute", err=True)
