"""Models side by side."""

from collections.abc import Sequence
from typing import Any

from rich.console import Group, RenderableType
from rich.text import Text

from coagent.domain.number_format import UNKNOWN, count, dollars, figure, moment, percent
from coagent.domain.service_tier import STANDARD
from coagent.entrypoints.terminal.named_table import NamedRow, named_table
from coagent.entrypoints.terminal.wording import plain

COLUMNS = (
    *("provider", "request_model", "task", "service_tier", "requests", "success_rate", "duration_p50_s"),
    *("duration_p95_s", "time_to_first_token_p50_s", "time_to_first_token_p95_s", "cost_usd"),
    *("cost_usd_per_1k_requests", "requests_unpriced", "complete_until"),
)
"""Of the view, as far as they fit a screen."""
SHOWN = ("requests", "success", "p50", "p95", "cost", "per 1,000", "unpriced")


def scorecard_table(models: Sequence[dict[str, Any]], width: int) -> RenderableType:
    """One row a provider, model, task and tier, and up to when it is complete; unknowns are dashes. Tiers show where
    there are others than the standard one.
    """
    is_tiered = any(one["service_tier"] not in (None, STANDARD) for one in models)
    heading = "model · task · tier" if is_tiered else "model · task"
    rows = [NamedRow(_name(one, is_tiered=is_tiered), _figures(one)) for one in models]
    until = f"Last 30 days, complete until {moment(models[0]['complete_until'])} UTC. per 1,000: of 1,000 requests."
    return Group(*named_table(heading, SHOWN, rows, width), Text(until, style="dim"))


def _name(one: dict[str, Any], *, is_tiered: bool) -> str:
    parts = (f"{one['provider']}/{one['request_model']}", one["task"], one["service_tier"] if is_tiered else None)
    return " · ".join(plain(part) for part in parts if part)


def _figures(one: dict[str, Any]) -> tuple[str | Text, ...]:
    return (
        count(one["requests"]),
        percent(one["success_rate"]),
        figure(one["duration_p50_s"], "s"),
        figure(one["duration_p95_s"], "s"),
        dollars(one["cost_usd"]),
        dollars(one["cost_usd_per_1k_requests"]),
        Text(count(one["requests_unpriced"]), style="yellow") if one["requests_unpriced"] else UNKNOWN,
    )
