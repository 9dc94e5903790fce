"""Spend as bars, and models side by side."""

from collections.abc import Sequence
from decimal import Decimal

from rich.bar import Bar
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from coagent.domain.number_format import UNKNOWN, dollars, figure, percent
from coagent.domain.report import ModelReport, Spend, SpendBy
from coagent.entrypoints.terminal.wording import plain

BAR_CHARS = 24
SHOWN = 8
"""Of each kind; the rest is in the JSON report."""
COLOUR = "cyan"


def spend_chart(found: Sequence[Spend], by: SpendBy) -> list[RenderableType]:
    """A bar for each; nothing where only one thing is there and has no name."""
    mine = [one for one in found if one.by == by]
    if not any(one.name for one in mine):
        return []
    table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
    table.add_column(f"by {by}", style="bold", overflow="fold")
    table.add_column("", width=BAR_CHARS)
    for name in ("cost", "share", "per 1,000", "requests", "unpriced"):
        table.add_column(name, justify="right", no_wrap=True)
    known = [one.cost_usd for one in mine if one.cost_usd is not None]
    for one in mine[:SHOWN]:
        _add(table, one, max(known, default=Decimal(0)), sum(known, Decimal(0)))
    more = len(mine) - SHOWN
    return [table, *([Text(f"… and {more:,} more: see --json", style="dim")] if more > 0 else [])]


def _add(table: Table, one: Spend, most: Decimal, total: Decimal) -> None:
    share = float(one.cost_usd / total) if one.cost_usd is not None and total else None
    table.add_row(
        Text(plain(one.name) if one.name else "(none)"),
        Bar(float(most) or 1.0, 0, float(one.cost_usd or 0), width=BAR_CHARS, color=COLOUR),
        dollars(one.cost_usd),
        percent(share),
        dollars(one.cost_usd_per_1k_requests),
        f"{one.requests:,}",
        Text(f"{one.requests_unpriced:,}", style="yellow") if one.requests_unpriced else UNKNOWN,
    )


def model_table(found: Sequence[ModelReport]) -> list[RenderableType]:
    """Models side by side; unknowns are dashes."""
    table = Table(box=None, padding=(0, 1), header_style="dim", pad_edge=False)
    table.add_column("model", style="bold", overflow="fold")
    table.add_column("task", overflow="fold")
    for name in ("requests", "success", "p50", "p95", "first token p95", "per 1,000", "cached"):
        table.add_column(name, justify="right")
    for one in found[:SHOWN]:
        table.add_row(
            Text(plain(f"{one.provider}/{one.request_model}")),
            Text(plain(one.task) if one.task else UNKNOWN),
            f"{one.requests:,}",
            percent(one.success_rate),
            figure(one.duration_s.p50, "s"),
            figure(one.duration_s.p95, "s"),
            figure(one.time_to_first_token_s.p95, "s"),
            dollars(one.cost_usd_per_1k_requests),
            percent(one.cached_input_share),
        )
    more = len(found) - SHOWN
    return [table, *([Text(f"… and {more:,} more: see --json", style="dim")] if more > 0 else [])]
