"""How far a shift has come, in words."""

from datetime import datetime

from coagent.domain.explanation import Progress
from coagent.domain.number_format import dollars, minute


def progress_words(progress: Progress, now: datetime) -> str:
    """Requests, cost and the newest of them; `so far` while it goes on."""
    so_far = "" if progress.ended_at and progress.ended_at <= now else " so far"
    seen = f", last seen {minute(progress.last_seen)}" if progress.last_seen else ""
    return f"{progress.requests:,} requests{so_far}, {_cost(progress)}{seen}"


def _cost(progress: Progress) -> str:
    if progress.cost_usd is None:
        return "cost unknown"
    unpriced = progress.requests - progress.priced
    return f"cost {dollars(progress.cost_usd)}" + (f" ({unpriced:,} of unknown cost)" if unpriced > 0 else "")
