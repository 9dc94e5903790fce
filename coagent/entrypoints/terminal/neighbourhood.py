"""Which segments of the provider moved too, and which did not."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.domain.explanation import Explanation, Neighbour
from coagent.entrypoints.terminal.wording import plain

SHOWN = 6


def neighbourhood(found: Explanation, colour: str) -> RenderableType | None:
    """None where nothing is known of the provider's other segments."""
    parts: list[RenderableType] = []
    moved = [one for one in found.neighbours if one.shift]
    still = [one for one in found.neighbours if not one.shift]
    if moved:
        parts += _listed("moved at the same time", moved, colour)
    if still:
        parts += _listed("did not move", still, "dim")
    return Group(*parts) if parts else None


def _listed(heading: str, neighbours: list[Neighbour], style: str) -> list[RenderableType]:
    grid = Table.grid(padding=(0, 1))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold", ratio=1)
    grid.add_column(justify="right", no_wrap=True)
    for one in neighbours[:SHOWN]:
        requests = "" if one.requests is None else f"{one.requests:,} requests"
        grid.add_row(Text("•", style=style), Text(plain(one.segment.label)), Text(requests, style="dim"))
    if len(neighbours) > SHOWN:
        grid.add_row("", Text(f"… and {len(neighbours) - SHOWN:,} more", style="dim"), "")
    return [Text(f"{heading}", style="bold"), grid]
