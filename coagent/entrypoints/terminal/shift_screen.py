"""One shift in full: how it was found, what moved and how far, who else moved, why, and its life so far."""

from rich.console import Console, Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from coagent.domain.explanation import Explanation
from coagent.domain.report import ShiftReport
from coagent.entrypoints.terminal.cause import cause
from coagent.entrypoints.terminal.distributions import distributions
from coagent.entrypoints.terminal.evidence_chart import evidence_chart
from coagent.entrypoints.terminal.life_cycle import life_cycle
from coagent.entrypoints.terminal.neighbourhood import neighbourhood
from coagent.entrypoints.terminal.wording import CLIFFS_DELTA, COLOURS, KINDS, plain

FRAME_CELLS = 6
WIDEST = 160
SHOWN_SIGNALS = 8


def shift_screen(found: Explanation, width: int) -> RenderableType:
    """`width`: cells of the terminal."""
    shift = found.shift
    colour, inner = COLOURS[shift.cause.family], min(width, WIDEST) - FRAME_CELLS
    parts = [
        _segment(shift),
        evidence_chart(shift, inner, colour),
        *_signals(shift, inner, colour),
        neighbourhood(found, colour),
        cause(shift.cause, colour),
        life_cycle(shift, inner),
    ]
    return Panel(
        Group(*_spaced(parts)),
        title=Text(KINDS[shift.cause.kind], style=f"bold {colour}"),
        title_align="left",
        subtitle=Text(f"{shift.status} · {plain(shift.id)}", style="dim"),
        subtitle_align="right",
        border_style=colour,
        padding=(1, 2),
        width=min(width, WIDEST),
    )


def print_shift(console: Console, found: Explanation) -> None:
    """At the console's own width."""
    console.print(shift_screen(found, console.width))


def _segment(shift: ShiftReport) -> RenderableType:
    grid = Table.grid(padding=(0, 2))
    grid.add_row(Text("segment", style="dim"), Text(plain(shift.segment.label), style="bold"))
    return grid


def _signals(shift: ShiftReport, width: int, colour: str) -> list[RenderableType | None]:
    more = len(shift.signals) - SHOWN_SIGNALS
    if not shift.signals:
        return []
    notes = [CLIFFS_DELTA] if any(one.effect.name == "cliffs_delta" for one in shift.signals) else []
    notes += [f"… and {more} more signals that moved: see --json"] if more > 0 else []
    return [
        distributions(shift.signals[:SHOWN_SIGNALS], width, colour),
        Text("\n".join(notes), style="dim") if notes else None,
    ]


def _spaced(parts: list[RenderableType | None]) -> list[RenderableType]:
    """Those that are there, an empty line between them."""
    there = [part for part in parts if part is not None]
    return [one for part in there for one in (part, Text())][:-1]
