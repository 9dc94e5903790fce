"""What `coagent analyze` and `coagent explain` do alike."""

from collections.abc import Iterable
from pathlib import Path

import typer

from coagent.domain.errors import Fatal
from coagent.domain.explanation import Explanation


def draw(found: Iterable[Explanation], folder: Path) -> None:
    """Each shift into the folder; names each file on stderr. Raises Fatal."""
    from coagent.entrypoints.plots.files import plot_shifts  # noqa: PLC0415  matplotlib is slow to load

    for path in plot_shifts(found, folder):
        typer.echo(f"drawn: {path}", err=True)


def write(path: Path, data: bytes) -> None:
    """Raises Fatal."""
    try:
        path.write_bytes(data)
    except OSError as error:
        raise Fatal(f"{path}: {error.strerror}. Name a file that can be written.") from error
