"""A staging run beside production, in the terminal."""

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.domain.gate import ComparedMetric, CompareOutcome, Comparison
from coagent.domain.number_format import MINUS, UNKNOWN

STYLES: dict[CompareOutcome, str] = {"certified": "green", "worse": "red", "cannot_tell": "yellow"}
NAMES: dict[CompareOutcome, str] = {"certified": "certified", "worse": "worse", "cannot_tell": "cannot tell yet"}
POINTS = frozenset({"success", "quality"})


def compare_screen(found: Comparison) -> RenderableType:
    """80 columns or more."""
    table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
    for name in ("metric", "change", "95 % from", "to", "allowed", "outcome"):
        table.add_column(name, overflow="fold")
    for one in found.metrics:
        bounds = [_size(one, value) for value in (one.effect, one.low, one.high)]
        allowed = _size(one, -one.margin if one.metric in POINTS else one.margin)
        table.add_row(one.metric, *bounds, allowed, Text(_outcome(one), style=STYLES[one.outcome]))
    head = Text.assemble(
        (NAMES[found.outcome], f"bold {STYLES[found.outcome]}"),
        f"  ·  {found.base_requests:,} requests of the base, {found.candidate_requests:,} of the candidate",
    )
    return Group(head, table, Text(found.method, style="dim"))


def _outcome(one: ComparedMetric) -> str:
    if one.outcome != "cannot_tell":
        return NAMES[one.outcome]
    if one.more_requests is None:
        return "cannot tell: nothing was compared" if not one.compared else "cannot tell at this effect"
    return f"cannot tell yet: about {one.more_requests:,} more requests"


def _size(one: ComparedMetric, value: float | None) -> str:
    if value is None:
        return UNKNOWN
    unit = "points" if one.metric in POINTS else "%"
    sign = "+" if value > 0 else MINUS if value < 0 else ""
    return f"{sign}{abs(100 * value):.1f} {unit}"
