"""A probe by hand, with a bar on a terminal."""

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from coagent.domain.probe import Probe, ProbeOutcome
from coagent.entrypoints.terminal.probe_table import STAGES
from coagent.settings import Settings


async def run_with_progress(settings: Settings, probe: Probe) -> ProbeOutcome | None:
    """The bar is on standard error, where that is a terminal. Raises Fatal where there is no budget."""
    from coagent.bootstrap.probing import run_probe  # noqa: PLC0415  drivers take a moment to load

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("calls"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        shown = bar.add_task(probe.name, total=None)

        def advance(stage: str, done: int, total: int) -> None:
            bar.update(shown, description=STAGES[stage], completed=done, total=total)

        return await run_probe(settings, probe, advance)
