"""`coagent bench`."""

import json
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from coagent.bench.detection import detection
from coagent.bench.intake.run import measure_intake
from coagent.bench.intake.view import intake_figures, intake_view
from coagent.bench.pipeline.run import Fleet, measure_pipeline
from coagent.bench.pipeline.view import pipeline_figures, pipeline_view
from coagent.domain.errors import Fatal
from coagent.settings import Settings

bench = typer.Typer(no_args_is_help=True, help="Measure coagent on this machine.")
bench.command("detection")(detection)


@bench.callback()
def root() -> None:
    """Measure coagent on this machine."""


@bench.command()
def intake(
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures as JSON to this file.")] = None,
    records: Annotated[
        int, typer.Option(help="Canonical requests; a third of them in other formats.", min=10_000)
    ] = 500_000,
    seconds: Annotated[float, typer.Option(help="At most so long for each measurement.", min=1.0)] = 15.0,
    profile: Annotated[bool, typer.Option("--profile", help="Show where the time goes (runs once more).")] = False,
) -> None:
    """Telemetry topic to `coagent.requests.v2`, beside the bare client and a Faust agent: on one core, with acks.

    On the Apache Kafka of COAGENT_KAFKA_HOME, else on COAGENT_KAFKA__BOOTSTRAP_SERVERS, else on the embedded broker.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("coagent bench: ended"))  # not without what it started
    progress = Console(stderr=True)
    found = measure_intake(
        Settings(),
        records=records,
        seconds=seconds,
        profile=profile,
        tell=lambda text: progress.print(f"[dim]{text}[/dim]", highlight=False),
    )
    Console().print(intake_view(found))
    if json_file:
        _write(json_file, json.dumps(intake_figures(found), indent=2) + "\n")


@bench.command()
def pipeline(
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures as JSON to this file.")] = None,
    accounts: Annotated[int, typer.Option(help="Each sends a request a second.", min=1)] = 1_000,
    streams: Annotated[int, typer.Option(help="Models that the accounts share.", min=1)] = 10,
    seconds: Annotated[float, typer.Option(help="How long requests come.", min=5.0)] = 60.0,
) -> None:
    """A live fleet, telemetry topic to rollups, on the embedded broker: lag, how late rollups are, CPU by process."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("coagent bench: ended"))  # not without what it started
    progress = Console(stderr=True)
    fleet = Fleet(accounts=accounts, streams=streams, seconds=seconds)
    found = measure_pipeline(fleet, lambda text: progress.print(f"[dim]{text}[/dim]", highlight=False))
    Console().print(pipeline_view(found))
    if json_file:
        _write(json_file, json.dumps(pipeline_figures(found), indent=2) + "\n")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except OSError as error:
        raise Fatal(f"{path}: {error.strerror}. Name a file that can be written.") from error
