"""`coagent verdict`."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, get_args

import msgspec
import typer
from rich.console import Console

from coagent.domain.errors import Fatal
from coagent.domain.slo import Match
from coagent.domain.verdict import ArmField, Arms, Mode, PairBy, Verdict
from coagent.entrypoints.control.say import AsJson, By, said
from coagent.settings import Settings

verdict = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    help="Is our own change worse? Two arms compared, with a verdict that holds whenever one looks.",
)
Named = Annotated[str, typer.Argument(metavar="ID", help="An id or its beginning, or the name.")]
MOST = 50


@verdict.command()
def start(
    name: Annotated[str, typer.Argument(help="What people call it.")],
    *,
    control: Annotated[str, typer.Option(help="The present value of what distinguishes the arms.")],
    candidate: Annotated[str, typer.Option(help="The new one.")],
    arm: Annotated[
        str, typer.Option(help=f"What distinguishes the arms: {', '.join(get_args(ArmField))}.")
    ] = "app_version",
    mode: Annotated[
        str, typer.Option(help="split: arms of the traffic (canary); shadow: requests in pairs.")
    ] = "split",
    pair: Annotated[
        str | None, typer.Option(help=f"shadow: what both share, one of {', '.join(get_args(PairBy))}.")
    ] = None,
    margin: Annotated[
        list[str] | None,
        typer.Option(
            help="METRIC=MARGIN, several times: success=0.02 is 2 points, cost=0.1 and latency=0.2 are relative."
        ),
    ] = None,
    halt: Annotated[list[str] | None, typer.Option(help="METRIC=MARGIN beyond which to halt; else the same.")] = None,
    expect: Annotated[list[str] | None, typer.Option(help="METRIC=CHANGE expected, such as cost=-0.3; else 0.")] = None,
    provider: Annotated[str | None, typer.Option(help="Only of it; may hold *.")] = None,
    model: Annotated[str | None, typer.Option(help="Only of it; may hold *.")] = None,
    endpoint: Annotated[str | None, typer.Option(help="Only of it; may hold *.")] = None,
    task: Annotated[str | None, typer.Option(help="Only of it; may hold *.")] = None,
    tenant: Annotated[str | None, typer.Option(help="Only of it; may hold *.")] = None,
    alpha: Annotated[float, typer.Option(help="Probability of a false certificate, and of a false halt.")] = 0.05,
    days: Annotated[float, typer.Option(help="Undecided after so many.", min=0.01, max=366)] = 30.0,
    since: Annotated[datetime | None, typer.Option(help="Count requests from then on, UTC; else from now.")] = None,
    by: By = None,
    json: AsJson = False,
) -> None:
    """Start one: requests of both arms are compared from now on."""
    from coagent.bootstrap.verdict import verdict_store  # noqa: PLC0415  drivers take a moment to load
    from coagent.entrypoints.terminal.verdict_plan import verdict_plan  # noqa: PLC0415
    from coagent.verdict.figures import verdict_of  # noqa: PLC0415
    from coagent.verdict.state import begun  # noqa: PLC0415
    from coagent.verdict.trial import margins, new_trial  # noqa: PLC0415

    now = datetime.now(UTC)
    first = since.replace(tzinfo=UTC) if since else now
    trial = new_trial(
        name=name,
        mode=_one_of(mode, get_args(Mode), "--mode"),
        pair_by=None if pair is None else _one_of(pair, get_args(PairBy), "--pair"),
        arms=Arms(field=_one_of(arm, get_args(ArmField), "--arm"), control=control, candidate=candidate),
        match=Match(provider=provider, model=model, endpoint=endpoint, task=task, tenant=tenant),
        margins=margins(*(_numbers(given) for given in (margin, halt, expect))),
        alpha=alpha,
        since=first,
        ends_at=max(first, now) + timedelta(days=days),
        started_at=now,
        started_by=said(by, "")["by"],
    )
    if not verdict_store(Settings()).add(verdict_of(trial, begun(trial))):
        raise Fatal(f"a trial named {name!r} runs already: `coagent verdict stop` ends it")
    if json:
        _json([verdict_of(trial, begun(trial))])
        return
    Console(highlight=False).print(verdict_plan(trial))


@verdict.command("list")
def list_(*, json: Annotated[bool, typer.Option("--json", help="Print verdicts as JSON, one a line.")] = False) -> None:
    """List them, the newest first."""
    from coagent.bootstrap.verdict import verdict_store  # noqa: PLC0415  drivers take a moment to load
    from coagent.entrypoints.terminal.verdict_screen import verdict_table  # noqa: PLC0415

    found = verdict_store(Settings()).all(MOST)
    if json:
        _json(found)
        return
    Console(highlight=False).print(verdict_table(found) if found else "None yet: `coagent verdict start` begins one.")


@verdict.command()
def show(
    trial: Named, *, json: Annotated[bool, typer.Option("--json", help="Print it as one JSON object.")] = False
) -> None:
    """Show one: each metric with its confidence sequence, what decides, and how long it may take."""
    from coagent.entrypoints.terminal.verdict_screen import verdict_screen  # noqa: PLC0415

    found = _found(trial)
    if json:
        _json([found])
        return
    console = Console(highlight=False)
    console.print(verdict_screen(found, console.width))


@verdict.command()
def stop(
    trial: Named,
    reason: Annotated[str, typer.Option(help="Why; kept and shown.")] = "",
    by: By = None,
    json: AsJson = False,
) -> None:
    """Stop one without a verdict. To stop early takes nothing from what was found."""
    from coagent.bootstrap.verdict import verdict_store  # noqa: PLC0415  drivers take a moment to load

    word, found = said(by, reason), _found(trial)
    if not verdict_store(Settings()).end(found.id, word["by"], reason, word["at"]):
        raise Fatal(f"{found.trial.name} has ended already: {found.status}")
    if json:
        _json([_found(found.id)])
        return
    typer.echo(f"{found.trial.name} stopped by {word['by']}.")


def _found(named: str) -> Verdict:
    """The one of that id, or the newest of that name; raises Fatal."""
    from coagent.bootstrap.verdict import verdict_store  # noqa: PLC0415  drivers take a moment to load

    found = verdict_store(Settings()).named(named)
    by_name = [one for one in found if one.trial.name == named]
    if by_name:
        return by_name[0]
    if len(found) != 1:
        problem = "several trials begin so" if found else "no such trial"
        raise Fatal(f"{named!r}: {problem}; `coagent verdict list` shows them")
    return found[0]


def _numbers(given: list[str] | None) -> dict[str, float]:
    """From `success=0.02`; raises Fatal."""
    found = {}
    for one in given or ():
        metric, _, number = one.partition("=")
        try:
            found[metric.strip()] = float(number)
        except ValueError as wrong:
            raise Fatal(f"{one!r}: write a metric and a number, such as success=0.02") from wrong
    return found


def _one_of(given: str, known: tuple[Any, ...], option: str) -> Any:
    for one in known:
        if given == one:
            return one
    raise Fatal(f"{option} {given!r}: one of {', '.join(known)}")


def _json(found: list[Verdict]) -> None:
    for one in found:
        typer.echo(msgspec.json.encode(one).decode())
