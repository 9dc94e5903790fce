"""`coagent gate`."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, get_args

import msgspec
import typer
from rich.console import Console

from coagent.domain.errors import Fatal
from coagent.entrypoints.cli.pictures import write
from coagent.entrypoints.gate.files import SNAPSHOT_FILE
from coagent.settings import AnyFormat, Settings

gate = typer.Typer(
    add_completion=False,
    invoke_without_command=True,
    help="What does this change do to cost, quality and latency? Passes or fails by a policy (docs/gate.md).",
)
STDOUT = Path("-")
FAILS = 1

Policy = Annotated[Path | None, typer.Option(help="What is allowed; else .coagent/gate.yaml, else what is usual.")]
Days = Annotated[int | None, typer.Option(min=1, max=400, help="Days to look back in the views (else 30).")]


@gate.callback()
def check(
    ctx: typer.Context,
    *,
    diff: Annotated[Path | None, typer.Option(help="A unified diff; `-` or nothing: standard input.")] = None,
    base: Annotated[str | None, typer.Option(help="The commit that it is compared with: whole files are read.")] = None,
    head: Annotated[str | None, typer.Option(help="The commit to judge; else the work tree.")] = None,
    change: Annotated[Path | None, typer.Option(help="A declared change, in YAML (docs/gate.md).")] = None,
    policy: Policy = None,
    snapshot: Annotated[Path | None, typer.Option(help="Traffic that `coagent gate snapshot` saved.")] = None,
    report: Annotated[Path | None, typer.Option(help="Traffic as `coagent analyze --json` wrote it.")] = None,
    days: Days = None,
    formats: Annotated[
        list[str] | None,
        typer.Option(
            "--format", help="markdown, junit, sarif, code-quality, json; several times, each with its --output."
        ),
    ] = None,
    output: Annotated[list[Path] | None, typer.Option(help="Where each --format goes, in order; `-`: stdout.")] = None,
    name: Annotated[str, typer.Option(help="Of this gate: its comment is found again by it.")] = "default",
) -> None:
    """Read the change, say what it does, and judge it. Exit status 0: passes, 1: fails, 2: cannot judge."""
    if ctx.invoked_subcommand is not None:
        return
    from coagent.bootstrap.gate import catalogue  # noqa: PLC0415  tables of prices take a moment to load
    from coagent.entrypoints.gate.formats import written  # noqa: PLC0415
    from coagent.entrypoints.gate.given import change_of, policy_of, traffic_of  # noqa: PLC0415
    from coagent.entrypoints.terminal.gate_screen import gate_screen  # noqa: PLC0415
    from coagent.gate.judge import judge  # noqa: PLC0415

    targets = _targets(formats or [], output or [])
    allowed, named = policy_of(policy)
    today = datetime.now(UTC).date()
    found = judge(
        change_of(diff, base, head, change),
        snapshot=traffic_of(snapshot, report, days),
        catalogue=catalogue(Settings(), today),
        policy=allowed,
        policy_name=named,
        today=today,
    )
    for kind, path in targets:
        _put(path, written(found, kind, name))
    if all(path != STDOUT for _, path in targets):
        Console(highlight=False).print(gate_screen(found))
    if found.outcome == "fail":
        raise typer.Exit(FAILS)


def _targets(formats: list[str], output: list[Path]):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Pairs of format and file."""
    from coagent.entrypoints.gate.formats import Format  # noqa: PLC0415

    for one in formats:
        if one not in get_args(Format):
            raise Fatal(f"--format {one!r}: one of {', '.join(get_args(Format))}")
    if len(output) > len(formats) or (len(formats) > 1 and len(output) < len(formats)):
        raise Fatal("give each --format its --output, in the same order")
    return list(zip(formats, output or [STDOUT], strict=False)) if formats else []


def _put(path: Path, data: bytes) -> None:
    if path == STDOUT:
        typer.echo(data.decode(), nl=False)
    else:
        write(path, data)


@gate.command("snapshot")
def snapshot_(
    file: Annotated[Path, typer.Argument(help="Where to save it; `-`: stdout.")] = SNAPSHOT_FILE,
    *,
    logs: Annotated[
        list[str] | None, typer.Option("--from", help="Telemetry logs instead of the views, as `analyze` reads them.")
    ] = None,
    log_format: Annotated[AnyFormat, typer.Option("--log-format", metavar="NAME", help="Of --from.")] = "auto",
    days: Days = None,
) -> None:
    """Save what the gate needs of your traffic, for CI without a database: counts and names, no content, no tenant."""
    from coagent.bootstrap.gate import snapshot_of_logs, snapshot_of_views  # noqa: PLC0415  drivers load slowly

    found = snapshot_of_logs(Settings(), logs, log_format) if logs else snapshot_of_views(Settings(), days or 30)
    if found is None or not found.traffic:
        raise Fatal("nothing was measured yet: days appear about a minute after the first requests")
    if file != STDOUT:
        file.parent.mkdir(parents=True, exist_ok=True)
    _put(file, msgspec.json.format(msgspec.json.encode(found), indent=1) + b"\n")
    span = f"{found.days:,} day{'' if found.days == 1 else 's'}"
    where = "" if file == STDOUT else f"saved to {file}: "
    typer.echo(f"{where}{len(found.traffic):,} models and tasks of {span}", err=True)


@gate.command()
def comment(
    file: Annotated[Path, typer.Argument(help="The Markdown of `coagent gate --format markdown`.")],
    *,
    github: Annotated[str | None, typer.Option(metavar="OWNER/REPO#N", help="Else from GitHub Actions.")] = None,
    gitlab: Annotated[str | None, typer.Option(metavar="PROJECT!N", help="Else from GitLab CI.")] = None,
) -> None:
    """Post it on the pull request, or update the comment that is there."""
    from coagent.entrypoints.gate.post import post  # noqa: PLC0415  clients load slowly

    typer.echo(post(file, github, gitlab))


@gate.command()
def compare(
    base: Annotated[str, typer.Argument(help="Telemetry files, or production: `view:model=gpt-4o,task=chat,days=14`.")],
    candidate: Annotated[str, typer.Argument(help="The same, of the staging run.")],
    *,
    policy: Policy = None,
    log_format: Annotated[AnyFormat, typer.Option("--format", metavar="NAME", help="What files hold.")] = "auto",
    json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False,
) -> None:
    """Is a staging run worse than production? Like with like, by the policy's margins: 0 no, 1 yes, 2 not known."""
    from coagent.entrypoints.gate.comparing import compared  # noqa: PLC0415  compilers load slowly
    from coagent.entrypoints.gate.given import policy_of  # noqa: PLC0415
    from coagent.entrypoints.terminal.compare_screen import compare_screen  # noqa: PLC0415

    found = compared(base, candidate, policy_of(policy)[0].compare, log_format, Settings())
    if json:
        typer.echo(msgspec.json.encode(found).decode())
    else:
        Console(highlight=False).print(compare_screen(found))
    if found.outcome != "certified":
        raise typer.Exit(FAILS if found.outcome == "worse" else 2)
