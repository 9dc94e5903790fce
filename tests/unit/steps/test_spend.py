"""Spend and scorecard of a report: sums are exact, an unknown price is no zero."""

from datetime import timedelta
from decimal import Decimal

from coagent.domain.segment import Segment
from coagent.steps.spend import scorecard, spend
from tests.contract.samples import NOON, durations, rollup

BIG, SMALL = Segment("openai", "gpt-5", task="chat", tenant="acme"), Segment("openai", "gpt-5-mini", task="chat")


def minute(segment: Segment, number: int, usd: str | None, **changes):
    cost = None if usd is None else Decimal(usd)
    values = {"requests": 10, "errors": 1, "cost_known": 0 if usd is None else 9, **changes}
    return rollup(segment=segment, minute=NOON + timedelta(minutes=number), cost_usd=cost, **values)


ROWS = [
    *(minute(BIG, number, "0.9", duration=durations(1, 2, 3, 4)) for number in range(3)),
    *(minute(SMALL, number, None) for number in range(2)),
]


def test_by_model_task_and_tenant():
    assert [
        ("model", "openai/gpt-5", 30, 0, Decimal("2.7"), Decimal(100)),
        ("model", "openai/gpt-5-mini", 20, 18, None, None),
        ("task", "chat", 50, 18, Decimal("2.7"), Decimal(100)),
        ("tenant", "acme", 30, 0, Decimal("2.7"), Decimal(100)),
        ("tenant", None, 20, 18, None, None),
    ] == [
        (one.by, one.name, one.requests, one.requests_unpriced, one.cost_usd, one.cost_usd_per_1k_requests)
        for one in spend(ROWS)
    ]


def test_models_side_by_side():
    big, small = scorecard(ROWS)
    assert (30, Decimal(100)) == (big.requests, big.cost_usd_per_1k_requests)
    assert abs(big.success_rate - 0.9) < 1e-9
    assert abs(big.duration_s.p95 - 4) <= 0.08
    assert (small.cost_usd, small.requests_unpriced, small.duration_s.p50) == (None, 18, None)


def test_nothing_of_nothing():
    assert ([], []) == (spend([]), scorecard([]))
