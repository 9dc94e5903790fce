"""`coagent explain`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.text import Text

from coagent.domain.errors import Fatal
from coagent.domain.explanation import Explanation, explained
from coagent.domain.insight import Insight
from coagent.domain.report import Report
from coagent.entrypoints.cli.pictures import draw, write
from coagent.entrypoints.control.named import LAST, only, unknown
from coagent.entrypoints.on_call.follow_up import follow_up
from coagent.entrypoints.terminal.shift_screen import shift_screen
from coagent.entrypoints.terminal.wording import plain
from coagent.settings import Settings

STDOUT = Path("-")
LINE = 4_000


def explain(
    shift: Annotated[
        str, typer.Argument(help="A finding's id, or any unique beginning of it; `last`: the newest shift.")
    ],
    *,
    report: Annotated[
        Path | None, typer.Option(help="Look in what `coagent analyze --json` wrote, not in Postgres.")
    ] = None,
    json: Annotated[Path | None, typer.Option(help="Write it as JSON to this file; `-`: to stdout.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Show all that is known, on more than one screen.")] = False,
    plots: Annotated[Path | None, typer.Option(help="Draw it into this folder, as SVG and PNG.")] = None,
) -> None:
    """Show a shift: its evidence over time, signals before and after, who is affected, why, and what to do next. Of
    another finding: what was said of it.
    """
    finding = None if report or shift == LAST else _finding(shift)
    if finding is not None:
        _show(finding, json)
        return
    found = _from_report(report, shift) if report else _from_postgres(shift)
    if json == STDOUT:
        typer.echo(found.to_json(), nl=False)
    else:
        console = Console(highlight=False)
        console.print(shift_screen(found, console.width, full=full, report=report))
        if not report:
            now = datetime.now(UTC)
            console.print(follow_up(found, now, _answered(found.shift.id, now)))
    if json and json != STDOUT:
        write(json, found.to_json())
    if plots:
        draw([found], plots)


def _finding(wanted: str) -> Insight | None:
    """What is no shift."""
    from coagent.bootstrap.readers import shift_reader  # noqa: PLC0415  seconds to load, and a report needs nothing of it
    from coagent.entrypoints.on_call.findings import the_finding  # noqa: PLC0415

    settings = Settings()
    return None if shift_reader(settings).named(wanted, 1) else the_finding(settings, wanted)


def _show(finding: Insight, json: Path | None) -> None:
    as_json = msgspec.json.format(msgspec.json.encode(finding), indent=1) + b"\n"
    if json == STDOUT:
        typer.echo(as_json, nl=False)
        return
    console = Console(highlight=False)
    console.print(plain(finding.title), style="bold", markup=False)
    for line in finding.text.replace("**", "").split("\n"):
        console.print(plain(line, LINE), markup=False)
    if json:
        write(json, as_json)


def _answered(shift: str, now: datetime) -> Text | None:
    from coagent.entrypoints.on_call.answer import answered  # noqa: PLC0415

    return answered(Settings(), shift, now)


def _from_postgres(wanted: str) -> Explanation:
    from coagent.bootstrap.readers import shift_reader  # noqa: PLC0415
    from coagent.entrypoints.control.target import the_shift  # noqa: PLC0415

    settings = Settings()
    return shift_reader(settings).explained(the_shift(settings, wanted))


def _from_report(path: Path, wanted: str) -> Explanation:
    try:
        report = Report.from_json(path.read_bytes())
    except OSError as error:
        raise Fatal(f"{path}: {error.strerror}. Name a file that `coagent analyze --json` wrote") from error
    except (msgspec.DecodeError, TypeError, KeyError, AttributeError) as error:
        raise Fatal(f"{path} is no report ({error}). Name a file that `coagent analyze --json` wrote") from error
    newest = sorted(report.shifts, key=lambda one: one.onset.time, reverse=True)
    found = newest[:1] if wanted == LAST else [one for one in newest if one.id.startswith(wanted)]
    shift = only(found, wanted)
    if shift is None:
        raise unknown(wanted, [one.id for one in newest])
    return explained(shift, report)
