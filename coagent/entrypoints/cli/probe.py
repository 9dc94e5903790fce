"""`coagent probe`."""

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console

from coagent.domain.errors import Fatal
from coagent.entrypoints.probing.asked import the_probe
from coagent.entrypoints.probing.given import new_probe
from coagent.entrypoints.probing.listed import listed
from coagent.entrypoints.probing.run import run_with_progress
from coagent.entrypoints.terminal.probe_table import outcome_text, probe_table
from coagent.settings import Settings

probe = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Ask endpoints on a schedule whether their model is still the same (docs/prove.md).",
)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The probe's name.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
SHOWN = 10


@probe.command()
def add(  # noqa: PLR0917  typer makes options of them
    name: Annotated[str, typer.Argument(metavar="NAME", help="Lower-case letters, digits and dashes.")],
    base_url: Annotated[str, typer.Option(help="Of an OpenAI-compatible server, such as https://host/v1.")],
    model: Annotated[str, typer.Option(help="Model to ask for.")],
    provider: Annotated[str, typer.Option(help="As your telemetry names it: the stream it is compared with.")],
    request_model: Annotated[str | None, typer.Option(help="As your telemetry names it; else MODEL.")] = None,
    endpoint: Annotated[str | None, typer.Option(help="Server address in your telemetry; else any.")] = None,
    key: Annotated[str | None, typer.Option(help="Name of its key in COAGENT_PROBES__KEYS; else none is sent.")] = None,
    usd_in: Annotated[str | None, typer.Option(help="USD a million tokens in; else the price table's.")] = None,
    usd_out: Annotated[str | None, typer.Option(help="USD a million tokens out; else the price table's.")] = None,
    control: Annotated[str | None, typer.Option(help="Probe of the same model at another provider.")] = None,
    canaries: Annotated[Path | None, typer.Option(help="File of your own prompts with checks.")] = None,
    *,
    json: AsJson = False,
) -> None:
    """Add a probe. Nothing is asked yet: the agent runs it while COAGENT_PROBES__USD_PER_DAY is set."""
    from coagent.bootstrap.probing import add_probe  # noqa: PLC0415  drivers take a moment to load

    settings = Settings()
    made = new_probe(
        settings, name=name, base_url=base_url, model=model, provider=provider, request_model=request_model,
        endpoint=endpoint, key=key, usd_in=usd_in, usd_out=usd_out, control=control, canaries=canaries,
    )  # fmt: skip
    add_probe(settings, made)
    typer.echo(_json(made) if json else f"Probe {made.name} is added. Next: coagent probe run {made.name}")


@probe.command("list")
def list_(*, json: AsJson = False) -> None:
    """List probes with their last batch, and what today has cost."""
    from coagent.bootstrap.probing import probe_store, today  # noqa: PLC0415

    settings = Settings()
    store = probe_store(settings)
    rows = listed(store, today() - timedelta(days=400))
    if json:
        for row in rows:
            typer.echo(msgspec.json.encode(row).decode())
        return
    spent = store.spent(today())
    none = "No probe. Add one: coagent probe add --help"
    Console(highlight=False).print(probe_table(rows, spent, settings.probes.usd_per_day) if rows else none)


@probe.command()
def run(name: Name, *, json: AsJson = False) -> None:
    """Run a probe now: its set-up where that is not done, else a batch. Stopped in between, it goes on there."""
    settings = Settings()
    outcome = asyncio.run(run_with_progress(settings, the_probe(settings, name)))
    if json:
        typer.echo(_json(outcome))
    elif outcome is None:
        typer.echo(f"Done so far, and nothing to say yet: run it again, or let the agent (coagent probe show {name}).")
    else:
        Console(highlight=False).print(outcome_text(outcome))


@probe.command()
def remove(name: Name, *, json: AsJson = False) -> None:
    """Remove a probe; what it found stays in insights.probes."""
    from coagent.bootstrap.probing import probe_store, today  # noqa: PLC0415

    if not probe_store(Settings()).remove(name, today()):
        raise Fatal(f"no probe is called {name!r}: see `coagent probe list`")
    typer.echo(_json({"removed": name}) if json else f"Probe {name} is removed. Its outcomes stay.")


@probe.command()
def show(name: Name, *, json: AsJson = False) -> None:
    """Show a probe's newest batches."""
    from coagent.bootstrap.probing import probe_store  # noqa: PLC0415

    settings = Settings()
    found = the_probe(settings, name)
    outcomes = probe_store(settings).outcomes(name, SHOWN)
    if json:
        typer.echo(_json({"probe": found, "outcomes": outcomes}))
        return
    console = Console(highlight=False)
    console.print(f"Probe {found.name} asks {found.model} at {found.base_url}", markup=False)
    for one in outcomes:
        console.print(outcome_text(one))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
