"""Every figure that has a goal beside it, met or not."""

from rich.console import Group, RenderableType
from rich.text import Text

from coagent.bench.goals import Reached
from coagent.bench.tables import cell, mark, table

SIDES = {"least": "≥", "most": "≤", "below": "<"}


def goals_view(goals: list[Reached]) -> RenderableType:
    """The end of the screen."""
    rows = (
        (
            one.goal,
            f"{SIDES[one.at]} {one.bound:g} {one.unit}",
            _measured(one),
            "" if one.met is None else mark(one.met),
            one.on,
        )
        for one in goals
    )
    known = [one for one in goals if one.met is not None]
    reported = (
        f"{sum(bool(one.met) for one in known)} of {len(known)} goals met, {len(goals) - len(known)} not measured"
    )
    return Group(Text(), table("Goals", "what|goal|measured|met|on", rows), Text(reported, style="bold"))


def _measured(one: Reached) -> str:
    if one.measured is None:
        return "not measured"
    return "never" if one.measured == float("inf") else f"{cell(one.measured)} {one.unit}"
