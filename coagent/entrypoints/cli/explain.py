"""`coagent explain`."""

from pathlib import Path
from typing import Annotated, TypeVar

import msgspec
import typer
from rich.console import Console

from coagent.domain.errors import Fatal
from coagent.domain.explanation import Explanation, explained
from coagent.domain.report import Report, ShiftReport
from coagent.domain.shift import Shift
from coagent.entrypoints.cli.pictures import draw, write
from coagent.entrypoints.terminal.shift_screen import shift_screen
from coagent.entrypoints.terminal.wording import plain
from coagent.settings import Settings

Told = TypeVar("Told", Shift, ShiftReport)
STDOUT = Path("-")
MOST_NAMED = 5
"""Shifts that are named where the wanted one is not found."""


def explain(
    shift: Annotated[str, typer.Argument(help="A shift's id, or how it starts; `last`: the newest.")],
    *,
    report: Annotated[
        Path | None, typer.Option(help="Look in what `coagent analyze --json` wrote, not in Postgres.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write it as JSON to this file; `-`: to stdout.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Show all that is known, on more than one screen.")] = False,
    plots: Annotated[Path | None, typer.Option(help="Draw it into this folder, as SVG and PNG.")] = None,
) -> None:
    """Show a shift: its evidence over time, signals before and after, who is affected, why, and what to do next."""
    found = _from_report(report, shift) if report else _from_postgres(shift)
    if json == STDOUT:
        typer.echo(found.to_json(), nl=False)
    else:
        console = Console()
        console.print(shift_screen(found, console.width, full=full))
    if json and json != STDOUT:
        write(json, found.to_json())
    if plots:
        draw([found], plots)


def _from_postgres(wanted: str) -> Explanation:
    from coagent import bootstrap  # noqa: PLC0415  seconds to load, and a report needs nothing of it

    reader = bootstrap.shift_reader(Settings())
    newest = reader.newest(MOST_NAMED)
    found = newest[:1] if wanted == "last" else reader.named(wanted, 2)
    return reader.explained(_only(found, newest, wanted))


def _from_report(path: Path, wanted: str) -> Explanation:
    try:
        report = Report.from_json(path.read_bytes())
    except OSError as error:
        raise Fatal(f"{path}: {error.strerror}. Name a file that `coagent analyze --json` wrote") from error
    except (msgspec.DecodeError, TypeError, KeyError, AttributeError) as error:
        raise Fatal(f"{path} is no report ({error}). Name a file that `coagent analyze --json` wrote") from error
    newest = sorted(report.shifts, key=lambda one: one.onset.time, reverse=True)
    found = newest[:1] if wanted == "last" else [one for one in newest if one.id.startswith(wanted)]
    return explained(_only(found, newest, wanted), report)


def _only(found: list[Told], newest: list[Told], wanted: str) -> Told:
    """Raises Fatal where it is none or several."""
    if len(found) == 1:
        return found[0]
    if not newest:
        raise Fatal("there is no shift: nothing changed, or nothing was read yet")
    known = ", ".join(f"{plain(one.id)} ({plain(one.segment.label)})" for one in (found or newest)[:MOST_NAMED])
    problem = "several shifts start" if found else "no shift starts"
    raise Fatal(f"{problem} with {plain(wanted)!r}; name one of {known}, or `last`")
