"""Who changed what, how sure that is, and the reasons."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.domain.shift import Cause
from coagent.entrypoints.terminal.wording import plain, words

SHOWN_REASONS = 6


def cause(found: Cause, colour: str) -> RenderableType:
    """The strongest reasons first."""
    heading = Text.assemble(
        "cause ",
        (found.family, f"bold {colour}"),
        f" · {words(found.kind)} · {found.confidence:.0%} sure, because",
    )
    grid = Table.grid(padding=(0, 1))
    for reason in found.because[:SHOWN_REASONS]:
        grid.add_row(Text("•", style=colour), Text(plain(reason, 400)))
    return Group(heading, grid)
