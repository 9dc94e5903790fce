"""A company's traffic as the gate takes it, from rows of a report or of log files."""

from collections.abc import Sequence
from datetime import datetime

from coagent.domain.gate import Snapshot, Traffic


def snapshot_of(source: str, traffic: Sequence[Traffic], now: datetime) -> Snapshot | None:
    """From its first day to its last; None where there is none."""
    days = [day.day for one in traffic for day in one.days]
    if not days:
        return None
    first, last = min(days), max(days)
    return Snapshot(
        source=source,
        made_at=now,
        days=(last - first).days + 1,
        first_day=first,
        last_day=last,
        traffic=tuple(traffic),
    )
