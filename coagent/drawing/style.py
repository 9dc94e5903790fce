"""How pictures look: colours, sizes, and what makes their files the same each time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from warnings import catch_warnings, filterwarnings

from matplotlib import rc_context
from matplotlib.axes import Axes

from coagent.domain.shift import Family

COLOURS: dict[Family, str] = {
    "provider": "#c0392b",
    "client": "#a8660f",
    "traffic": "#2b6cb0",
    "unknown": "#805ad5",
}
INK, FAINT, BEFORE, SHADE = "#222222", "#6b7280", "#9aa1ac", "#e3e6ea"
SMALL, NORMAL, LARGE = 7.5, 8.5, 13.0
"""Points."""

SETTINGS: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": SMALL,
    "text.color": INK,
    "axes.edgecolor": FAINT,
    "axes.labelcolor": FAINT,
    "axes.linewidth": 0.7,
    "xtick.color": FAINT,
    "ytick.color": FAINT,
    "svg.fonttype": "none",  # text stays text: it can be searched, and read aloud
    "svg.hashsalt": "coagent",
    "text.parse_math": False,  # names that came with telemetry are not formulas
}


@contextmanager
def drawing() -> Iterator[None]:
    """Within it figures are made and saved in this style. A character that the font lacks is drawn as a box."""
    with rc_context(SETTINGS), catch_warnings():
        filterwarnings("ignore", message="Glyph .* missing")
        yield


def bare(axes: Axes) -> None:
    """Without the frame's upper and right side."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.tick_params(length=2.5, width=0.6, pad=2)
