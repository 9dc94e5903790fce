"""Spend as bars, and models side by side."""

from collections.abc import Sequence
from decimal import Decimal

from rich.console import RenderableType
from rich.text import Text

from coagent.domain.number_format import UNKNOWN, dollars, figure, percent
from coagent.domain.report import ModelReport, Spend, SpendBy
from coagent.entrypoints.terminal.named_table import NamedRow, bar, named_table
from coagent.entrypoints.terminal.wording import plain

BAR_CHARS, NARROW_BAR_CHARS = 24, 10
WIDE = 110
"""Cells of a terminal that has room for long bars."""
SHOWN = 8
"""Of each kind; the rest is in the JSON report."""
COLOUR = "cyan"


def spend_chart(found: Sequence[Spend], by: SpendBy, width: int) -> list[RenderableType]:
    """A bar for each; nothing where only one thing is there and has no name."""
    mine = [one for one in found if one.by == by]
    if not any(one.name for one in mine):
        return []
    known = [one.cost_usd for one in mine if one.cost_usd is not None]
    most, total = max(known, default=Decimal(0)), sum(known, Decimal(0))
    cells = BAR_CHARS if width >= WIDE else NARROW_BAR_CHARS
    rows = [NamedRow(plain(one.name) if one.name else "(none)", _figures(one, most, total, cells)) for one in mine]
    columns = (" " * cells, "cost", "share", "per 1,000", "requests", "unpriced")
    more = len(mine) - SHOWN
    return [*named_table(f"by {by}", columns, rows[:SHOWN], width), *_more(more)]


def model_table(found: Sequence[ModelReport], width: int) -> list[RenderableType]:
    """Models side by side; unknowns are dashes."""
    columns = ("requests", "success", "p50", "p95", "TTFT p95", "per 1,000", "cached")
    rows = [
        NamedRow(
            plain(f"{one.provider}/{one.request_model}") + (f" · {plain(one.task)}" if one.task else ""),
            (
                f"{one.requests:,}",
                percent(one.success_rate),
                figure(one.duration_s.p50, "s"),
                figure(one.duration_s.p95, "s"),
                figure(one.time_to_first_token_s.p95, "s"),
                dollars(one.cost_usd_per_1k_requests),
                percent(one.cached_input_share),
            ),
        )
        for one in found[:SHOWN]
    ]
    return [*named_table("model · task", columns, rows, width), *_more(len(found) - SHOWN)]


def _figures(one: Spend, most: Decimal, total: Decimal, cells: int) -> tuple[str | Text, ...]:
    cost = one.cost_usd
    return (
        Text(bar(float(cost / most) if cost and most else 0.0, cells), style=COLOUR),
        dollars(cost),
        percent(float(cost / total) if cost is not None and total else None),
        dollars(one.cost_usd_per_1k_requests),
        f"{one.requests:,}",
        Text(f"{one.requests_unpriced:,}", style="yellow") if one.requests_unpriced else UNKNOWN,
    )


def _more(count: int) -> list[RenderableType]:
    return [Text(f"… and {count:,} more: see --json", style="dim")] if count > 0 else []
