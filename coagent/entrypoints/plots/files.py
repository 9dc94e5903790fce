"""Pictures into files."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from coagent.domain.explanation import Explanation
from coagent.drawing.files import save
from coagent.drawing.style import drawing
from coagent.entrypoints.plots.shift_figure import shift_figure

UNSAFE = re.compile(r"[^A-Za-z0-9_-]")


def plot_shifts(found: Iterable[Explanation], folder: Path) -> Iterator[Path]:
    """`shift-ID.svg` and `.png` of each, as they are written. Raises Fatal."""
    for one in found:
        with drawing():
            figure = shift_figure(one)
            yield from save(figure, folder, f"shift-{UNSAFE.sub('_', one.shift.id)[:64]}")
