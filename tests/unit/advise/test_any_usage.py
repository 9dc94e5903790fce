"""Whatever the telemetry knows or not: figures are in order, finite, and together never above the spend."""

import random
from decimal import Decimal
from typing import Any

import pytest

from coagent.advise import Gpu, opportunities
from coagent.domain.segment import Segment
from coagent.domain.usage import DayUsage
from tests.list_prices import LIST_PRICES
from tests.unit.advise.made_usage import COUNTS, OPTIONAL, day_usage, usage

MODELS = [
    ("openai", "gpt-5.4"),
    ("openai", "gpt-4o"),
    ("anthropic", "claude-opus-5"),
    ("x", "own"),
    ("azure", "gpt-5.4"),
]
MONEY = ("cost_usd", "list_cost_usd", "quality_score")
NUMBERS = [name for name in (*COUNTS, *OPTIONAL) if name not in {*MONEY, "price_version"}]
MANY = [0, 1, 20, 300, 1000, 1_000_000]
GPU = Gpu(0.01, 100.0, "own")


def drawn(draw: random.Random, number: int) -> DayUsage:
    known: dict[str, Any] = {name: draw.choice(MANY) for name in draw.sample(NUMBERS, 15)}
    known |= {name: draw.choice([None, Decimal(0), Decimal("0.5"), Decimal(900)]) for name in MONEY}
    known["failed_cost_usd"] = draw.choice([Decimal(0), Decimal("0.4"), Decimal(800)])
    known["error_types"] = draw.choice([{}, {"rate_limit": 500}, {"x": 3}])
    segment = Segment(*draw.choice(MODELS), task=draw.choice([None, "a", "b"]), tenant=f"t-{number // 5}")
    return day_usage(number, segment, draw.choice(MANY), **known)


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_figures_hold(seed: int) -> None:
    draw = random.Random(seed)
    seen = usage(*(drawn(draw, number) for number in range(20)))
    found = opportunities(seen, LIST_PRICES, GPU)
    spend = sum((one.cost_usd or Decimal(0) for one in seen.days), Decimal(0)) * 30
    for one in found:
        for money in filter(None, (one.monthly_savings_usd, one.alone_savings_usd)):
            assert 0 <= money.low <= money.expected <= money.high <= spend
    assert sum(one.monthly_savings_usd.high for one in found) <= spend + Decimal("0.01") * len(found)
    assert len({one.id for one in found}) == len(found)
