"""Progress of `coagent bench pipeline` on stderr: a line for each thing that begins, a bar where that is a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def shown(steps: int) -> Iterator[tuple[Callable[[str], None], Callable[[], None]]]:
    """What notes what begins, and what notes that a step is over."""
    console = Console(stderr=True)
    columns = (BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}"))
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:
        task = bars.add_task("", total=steps)

        def begins(text: str) -> None:
            bars.update(task, description=text)
            if not console.is_terminal:
                console.print(text, style="dim", highlight=False)

        yield begins, lambda: bars.advance(task)
