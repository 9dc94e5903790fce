"""Pictures into files."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from matplotlib.figure import Figure

from coagent.domain.errors import Fatal
from coagent.domain.explanation import Explanation
from coagent.entrypoints.plots.shift_figure import shift_figure
from coagent.entrypoints.plots.style import drawing

FORMATS = ("svg", "png")
DPI = 130
UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


def plot_shifts(found: Iterable[Explanation], folder: Path) -> Iterator[Path]:
    """`shift-ID.svg` and `.png` of each, as they are written. Raises Fatal."""
    for one in found:
        with drawing():
            figure = shift_figure(one)
            yield from save(figure, folder, f"shift-{UNSAFE.sub('_', one.shift.id)[:64]}")


def save(figure: Figure, folder: Path, name: str) -> list[Path]:
    """In every format; the same figure gives the same bytes. Raises Fatal where the folder cannot be written."""
    paths = [folder / f"{name}.{suffix}" for suffix in FORMATS]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for path in paths:
            figure.savefig(path, dpi=DPI, metadata={"Date": None} if path.suffix == ".svg" else None)
    except OSError as error:
        raise Fatal(f"{folder}: {error.strerror}. Name a folder that can be written with --plots") from error
    return paths
