"""Opportunities in the terminal: many as a table, one as a screen."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any

import msgspec
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from coagent.domain.money import MoneyRange
from coagent.domain.number_format import count, dollar_range, dollars, moment
from coagent.domain.segment import Segment
from coagent.entrypoints.terminal.short_id import short_id
from coagent.entrypoints.terminal.wording import plain

COLUMNS = (
    *("id", "kind", "provider", "request_model", "endpoint", "task", "tenant", "title", "status", "status_reason"),
    *("monthly_savings_low_usd", "monthly_savings_expected_usd", "monthly_savings_high_usd", "benefit", "effort"),
    *("decided_by", "decided_at", "snoozed_until", "found_at", "seen_at"),
)
"""Of the view."""
COLOURS = {"open": "", "held": "red", "approved": "green", "rejected": "dim", "snoozed": "dim"}


def opportunity_table(found: Sequence[dict[str, Any]]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    length = short_id([one["id"] for one in found])
    table.add_column("Id", no_wrap=True)
    for name in ("Saves a month", "Status", "What", "Where"):
        table.add_column(name, overflow="fold")
    for one in found:
        where = [one[name] for name in ("request_model", "task", "tenant") if one[name]]
        table.add_row(
            Text(plain(one["id"][:length])),
            _saves(one, "monthly"),
            Text(_status(one), style=COLOURS[one["status"]]),
            Text(plain(one["title"])),
            Text(plain(" · ".join(where))),
        )
    return table


def opportunity_screen(one: dict[str, Any]) -> RenderableType:
    """All that is known of it."""
    grid = Table.grid(padding=(0, 2))
    grid.add_column(style="dim")
    grid.add_column(overflow="fold")
    for name, value in _lines(one):
        grid.add_row(name, Text(plain(value, 2_000)))
    return Group(Text(plain(one["title"]), style="bold"), grid)


def _lines(one: dict[str, Any]) -> list[tuple[str, str]]:
    where = " · ".join(one[name] for name in ("task", "tenant", "endpoint") if one[name])
    known = [
        ("id", one["id"]),
        ("status", _status(one)),
        ("reason", one["status_reason"] or ""),
        ("service", f"{one['provider']}/{one['request_model']}" + (f" · {where}" if where else "")),
        ("saves", _saves(one, "monthly")),
        ("alone", _saves(one, "alone") if one["alone_savings_expected_usd"] else ""),
        ("gains", one["benefit"] or ""),
        *_under("touches", map(_part, one["parts"])),
        *_under("assumes", one["assumptions"]),
        *_under("evidence", (msgspec.json.encode(row).decode() for row in one["evidence"])),
        ("change", msgspec.json.encode(one["action"]).decode()),
        ("effort", one["effort"]),
        ("risk", one["risk"]),
        ("validate", one["validation"]),
        ("sample", f"{count(one['sample_size'])} requests in each arm" if one["sample_size"] else ""),
        ("wrong if", one["wrong_if"]),
        ("prices", one["price_version"] or "as billed"),
        ("found", f"{moment(one['found_at'])} UTC, last seen {moment(one['seen_at'])} UTC"),
    ]
    return [(name, text) for name, text in known if text]


def _under(name: str, texts: Iterable[str]) -> list[tuple[str, str]]:
    """The name beside the first alone."""
    return [(name if place == 0 else "", text) for place, text in enumerate(texts)]


def _part(one: dict[str, Any]) -> str:
    """Such as `openai/gpt-5 · chat: $3.00 of $40.00 a month`."""
    segment = msgspec.convert(one["segment"], Segment)
    saved, spent = (Decimal(one[f"monthly_{which}_usd"]) for which in ("savings", "spend"))
    return f"{segment.label}: {dollars(saved)} of {dollars(spent)} a month"


def _status(one: dict[str, Any]) -> str:
    status, at = one["status"], one["decided_at"]
    if status == "snoozed" and one["snoozed_until"]:
        return f"snoozed until {moment(one['snoozed_until'])} UTC"
    if status in ("approved", "rejected") and at:
        return f"{status} by {plain(one['decided_by'])}, {moment(at)} UTC"
    return str(status)


def _saves(one: dict[str, Any], of: str) -> str:
    """`of`: monthly, after those that are applied before it, or alone."""
    money = MoneyRange(*(one[f"{of}_savings_{which}_usd"] for which in ("low", "expected", "high")))
    return dollar_range(money) if money.high else "no money"
