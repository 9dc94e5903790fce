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
from coagent.bench.pipeline.figures import pipeline_figures
from coagent.bench.pipeline.plan import CHIEF, FULL, QUICK, Fleet, Plan, plan_of, soak_of
from coagent.bench.pipeline.run import measure_pipeline
from coagent.bench.pipeline.shown import shown
from coagent.bench.pipeline.view import pipeline_view
from coagent.domain.errors import Fatal
from coagent.settings import Settings

bench = typer.Typer(add_completion=False, no_args_is_help=True, help="Measure coagent on this machine.")
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
        say=lambda text: progress.print(f"[dim]{text}[/dim]", highlight=False),
    )
    Console().print(intake_view(found))
    if json_file:
        _write(json_file, json.dumps(intake_figures(found), indent=2) + "\n")


@bench.command()
def pipeline(  # noqa: PLR0917  # typer reads them by name
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the figures as JSON to this file.")] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Two fleets, less than three minutes.")] = False,
    accounts: Annotated[int | None, typer.Option(help="One fleet alone, of so many segments.", min=1)] = None,
    streams: Annotated[int, typer.Option(help="Models that its segments share.", min=1)] = 10,
    records: Annotated[int, typer.Option(help="Of its backlog.", min=10_000)] = 300_000,
    seconds: Annotated[float, typer.Option(help="How long its live requests come.", min=5.0)] = 60.0,
    soak: Annotated[
        float | None, typer.Option(help="One fleet for so many minutes, at half the rate of its backlog.", min=2.0)
    ] = None,
) -> None:
    """Telemetry topic to rollups and candidates, beside a bare consumer and per-record apps with ADWIN: backlogs of
    fleets from 10 to 10,000 segments, live requests, one and two workers. About a quarter of an hour.

    On the Apache Kafka of COAGENT_KAFKA_HOME, else on COAGENT_KAFKA__BOOTSTRAP_SERVERS, else on the embedded broker.
    Quix Streams is measured where it is installed, or where COAGENT_QUIX_HOME names the folder it was installed into.
    """
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("coagent bench: ended"))  # not without what it started
    plan = _plan(accounts, streams, records, seconds, soak) or (QUICK if quick else FULL)
    with shown(plan.steps) as (begins, step_is_over):
        found = measure_pipeline(plan, begins, step_is_over)
    Console().print(pipeline_view(found))
    if json_file:
        _write(json_file, json.dumps(pipeline_figures(found), indent=2) + "\n")


def _plan(accounts: int | None, streams: int, records: int, seconds: float, soak: float | None) -> Plan | None:
    """Of one fleet, where one is asked for."""
    if soak is not None:
        return soak_of(Fleet(accounts or CHIEF.accounts, streams), records, soak)
    return plan_of(Fleet(accounts, streams), records, seconds) if accounts else None


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text)
    except OSError as error:
        raise Fatal(f"{path}: {error.strerror}. Name a file that can be written.") from error
