"""SLOs side by side, what burns first."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from rich.table import Table
from rich.text import Text

from coagent.domain.number_format import UNKNOWN, count, moment, number, percent
from coagent.entrypoints.terminal.wording import plain

COLUMNS = (
    *("name", "indicator", "bound", "objective", "provider", "request_model", "endpoint", "task", "tenant", "events"),
    *("good_share", "budget_left", "exhausted_at", "burn_rates", "burning", "burning_since", "opportunities_held"),
    "evaluated_at",
)
"""Of the view."""


def slo_table(slos: Sequence[dict[str, Any]]) -> Table:
    """One row an SLO, and when they were evaluated; unknowns are dashes."""
    at = min(one["evaluated_at"] for one in slos)
    table = Table(
        box=None, pad_edge=False, header_style="bold", caption=f"Evaluated {moment(at)} UTC.", caption_justify="left"
    )
    table.add_column("SLO", no_wrap=True)
    for name in ("Objective", "Good", "Budget left", "Burn rates", "State"):
        table.add_column(name, overflow="fold")
    for one in slos:
        table.add_row(
            Text(plain(one["name"])),
            Text(_objective(one)),
            f"{percent(one['good_share'])} of {count(one['events'])}",
            _left(one["budget_left"], one["exhausted_at"]),
            Text(_rates(one["burn_rates"])),
            Text(*_state(one)),
        )
    return table


def _objective(one: dict[str, Any]) -> str:
    words = {"cost": " under {} USD", "quality": " of at least {}"}.get(one["indicator"], " under {} s")
    bound = "" if one["bound"] is None else words.format(number(one["bound"]))
    return f"{100 * one['objective']:g} % {one['indicator'].replace('_', ' ')}{bound}"


def _left(share: float | None, used_up: datetime | None) -> str:
    if share is None:
        return UNKNOWN
    if share <= 0:
        return f"none: {number(1 - share)} times used"
    return percent(share) + (f", used up {moment(used_up)} UTC" if used_up else "")


def _rates(rates: Sequence[dict[str, Any]]) -> str:
    """`1h 0.3 · 6h 0.2 · 72h 0.1`: times the allowed speed."""
    return " · ".join(f"{one['window']['long_s'] / 3600:g}h {number(one['long_rate']) or UNKNOWN}" for one in rates)


def _state(one: dict[str, Any]) -> tuple[str, str]:
    if not one["burning"]:
        return "ok", "green"
    held = f", {one['opportunities_held']} held" if one["opportunities_held"] else ""
    return f"burns since {moment(one['burning_since'])} UTC{held}", "red"
