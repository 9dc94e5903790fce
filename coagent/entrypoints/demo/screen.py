"""What the demo shows."""

from rich.console import Console
from rich.markdown import Markdown
from rich.panel import Panel
from rich.text import Text

from coagent.domain.explanation import Explanation
from coagent.domain.insight import Insight
from coagent.domain.report import ShiftReport
from coagent.domain.shift import Shift
from coagent.entrypoints.demo.database import SHIFT_SQL
from coagent.entrypoints.demo.recording import Truth
from coagent.entrypoints.demo.verdict import WITHIN_ROWS, Verdict
from coagent.entrypoints.running import command
from coagent.entrypoints.stack import Connections
from coagent.entrypoints.terminal.shift_screen import shift_screen


def introduce(console: Console, null: Truth, swap: Truth) -> None:
    """What will be replayed, and where it comes from."""
    console.rule("[bold]A real, silent change of a real model")
    console.print(f"null: {null.rows:,} requests, nothing changes. {null.source}")
    console.print(f"swap: {swap.rows:,} requests, from row {swap.change_at_row:,} on other weights. {swap.source}")


def news(console: Console, event: Shift | Insight) -> None:
    """As it comes: a shift with its picture, an insight with its text."""
    if isinstance(event, Shift):
        found = Explanation(shift=ShiftReport.of(event), neighbours=[])
        console.print(shift_screen(found, console.width))
    else:
        console.print(
            Panel(Markdown(event.text), title=Text(event.title), title_align="left", subtitle=Text(event.narrator))
        )


def conclude(
    console: Console, verdict: Verdict, connections: Connections, *, reported: bool, counted: bool, judged: bool | None
) -> None:
    """Each promise, kept or not; and how to see it oneself. `judged` is None where no model is asked."""
    console.rule("[bold]Compared with the truth")
    late, onset = verdict.raised_after_rows, verdict.onset_error_rows
    _promise(console, f"the swap is found within {WITHIN_ROWS} rows", _found(late, onset), kept=verdict.in_time)
    quiet = not verdict.false_alarms
    _promise(console, "no shift in the run without a change", f"{verdict.false_alarms} false", kept=quiet)
    _promise(console, "each request is counted once in Postgres", "insights.requests_1m", kept=counted)
    _promise(console, "the insight is in Postgres and on Kafka", "insights.shifts, coagent.insights.v1", kept=reported)
    if judged is not None:
        _promise(console, "the model's answer was judged and is kept", "insights.drafts", kept=judged)
    if verdict.shift:
        _see_yourself(console, connections, verdict.shift)


def _found(late: int | None, onset: int | None) -> str:
    if late is None:
        return "not found"
    return f"after {late} rows" + ("" if onset is None else f", onset estimated {onset:+d} rows from the truth")


def _promise(console: Console, what: str, how: str, *, kept: bool) -> None:
    console.print(f"{'[green]✔[/green]' if kept else '[red]✘[/red]'} {what}: {how}", highlight=False)


def _see_yourself(console: Console, connections: Connections, shift: Shift) -> None:
    sql = SHIFT_SQL.format(shift.id)
    console.print("\nSee it yourself, as long as `coagent up --demo` runs (`make run` ends it here):", style="bold")
    for line in (
        f'{connections.psql_line} -x -c "{sql}"',
        f"{command(connections.settings.data_dir)} explain {shift.id}",
        f"{command(connections.settings.data_dir)} tail insights --from-beginning",
    ):
        console.print(f"  {line}", highlight=False, soft_wrap=True, markup=False)
