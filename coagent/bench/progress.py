"""Progress of long work, on stderr where that is a terminal."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

T = TypeVar("T")
Track = Callable[[Sequence[T], str], Iterable[T]]
"""Hands on the items one by one and shows how far it got with what."""


def untracked(items: Sequence[T], _what: str) -> Iterable[T]:
    return items


@contextmanager
def progress() -> Iterator[Track[Any]]:
    """A bar for each piece of work."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description:32}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bars:

        def track(items: Sequence[Any], what: str) -> Iterable[Any]:
            return bars.track(items, total=len(items), description=what)

        yield track
