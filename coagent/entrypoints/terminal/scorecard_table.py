"""Models side by side."""

from collections.abc import Sequence
from typing import Any

from rich.table import Table
from rich.text import Text

from coagent.domain.number_format import count, figure, moment, percent
from coagent.domain.service_tier import STANDARD
from coagent.entrypoints.terminal.wording import plain

COLUMNS = (
    *("provider", "request_model", "task", "service_tier", "requests", "success_rate", "duration_p50_s"),
    *("duration_p95_s", "time_to_first_token_p50_s", "time_to_first_token_p95_s", "cost_usd"),
    *("cost_usd_per_1k_requests", "requests_unpriced", "complete_until"),
)
"""Of the view, as far as they fit a screen."""


def scorecard_table(models: Sequence[dict[str, Any]]) -> Table:
    """One row a provider, model, task and tier, and up to when it is complete; unknowns are dashes. Tiers show where
    there are others than the standard one.
    """
    until = f"Last 30 days, complete until {moment(models[0]['complete_until'])} UTC."
    table = Table(box=None, pad_edge=False, header_style="bold", caption=until, caption_justify="left")
    table.add_column("Model", overflow="fold", min_width=16)
    table.add_column("Task", overflow="fold")
    is_tiered = any(one["service_tier"] not in (None, STANDARD) for one in models)
    if is_tiered:
        table.add_column("Tier", overflow="fold")
    for name in ("Requests", "Success", "p50", "p95", "Cost", "per 1,000", "Unpriced"):
        table.add_column(name, justify="right")
    for one in models:
        table.add_row(
            Text(plain(f"{one['provider']}/{one['request_model']}")),
            Text(plain(one["task"] or "-")),
            *([Text(plain(one["service_tier"] or "-"))] if is_tiered else []),
            count(one["requests"]),
            percent(one["success_rate"]),
            figure(one["duration_p50_s"], "s"),
            figure(one["duration_p95_s"], "s"),
            _usd(one["cost_usd"]),
            _usd(one["cost_usd_per_1k_requests"]),
            count(one["requests_unpriced"]) if one["requests_unpriced"] else "",
        )
    return table


def _usd(amount: Any) -> str:
    return "-" if amount is None else f"${amount:,.2f}"
