"""What the report of `coagent analyze --json` bears for the gate: cost and success by model and task. It holds no
distribution of latency, no token counts and no days, so that these stay unknown.
"""

from datetime import datetime

from coagent.domain.gate import Snapshot, Traffic, TrafficDay
from coagent.domain.report import ModelReport, Report


def snapshot_of_report(report: Report, days: int | None, now: datetime) -> Snapshot:
    """`days`: how many the report covers, as its owner says; None: nothing is said of a month."""
    return Snapshot(
        source="a report of coagent analyze",
        made_at=now,
        days=days,
        traffic=tuple(_traffic(one, now) for one in report.scorecard),
    )


def _traffic(one: ModelReport, now: datetime) -> Traffic:
    is_known = one.success_rate is not None
    day = TrafficDay(
        day=now.date(),
        requests=one.requests,
        outcomes_known=one.requests if is_known else 0,
        errors=round(one.requests * (1 - one.success_rate)) if one.success_rate is not None else 0,
        cost_usd=one.cost_usd,
        requests_priced=one.requests - one.requests_unpriced if one.cost_usd is not None else 0,
    )
    return Traffic(provider=one.provider, request_model=one.request_model, task=one.task, days=(day,))
