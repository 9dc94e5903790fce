"""A company's traffic, made by formula: ten days, the same every time."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from coagent.bootstrap.gate import catalogue
from coagent.domain.gate import Reviewed, Snapshot, TierTraffic, Traffic, TrafficDay
from coagent.domain.histogram import Histogram
from coagent.gate.policy import GatePolicy, Limits
from coagent.settings import Settings

DAYS = 10
FIRST = date(2026, 11, 1)
TODAY = date(2026, 11, 20)
CATALOGUE = catalogue(Settings(), TODAY)
POLICY = GatePolicy(max_added_usd_a_month=10.0, retirement_days=30, p95=Limits(limit_s=20, worse_by=0.3))


def traffic(
    provider: str,
    model: str,
    task: str,
    *,
    requests: int = 1000,
    sent: int = 2000,
    answered: int = 300,
    usd: float = 0.008,
    failed: float = 0.01,
    truncated: float = 0.0,
    cached: float = 0.0,
    bin_: int = 20,
) -> Traffic:
    """Requests of a day swing by 10 %; durations lie in seven bins around `bin_` (GROWTH ** 20 is 2.2 s)."""
    days = []
    for number in range(DAYS):
        count = round(requests * (0.9 + 0.2 * (number * 7 % 10) / 9))
        spread = [count // 7] * 7
        days.append(
            TrafficDay(
                day=FIRST + timedelta(days=number),
                requests=count,
                outcomes_known=count,
                errors=round(count * failed),
                finishes_known=count,
                truncations=round(count * truncated),
                input_tokens=count * sent,
                output_tokens=count * answered,
                cached_input_tokens=round(count * sent * cached),
                cacheable_input_tokens=count * sent,
                cost_usd=Decimal(repr(round(count * usd * (1 + (number % 3 - 1) / 20), 6))),
                requests_priced=count,
                duration=Histogram(list(range(bin_ - 3, bin_ + 4)), spread),
            )
        )
    return Traffic(provider=provider, request_model=model, task=task, days=tuple(days))


COMPANY = Snapshot(
    source="test",
    made_at=datetime(2026, 11, 11, tzinfo=UTC),
    days=DAYS,
    first_day=FIRST,
    last_day=FIRST + timedelta(days=DAYS - 1),
    traffic=(
        traffic("openai", "gpt-4o", "summary"),
        traffic("openai", "gpt-4o", "chat", requests=500, answered=400, usd=0.009, truncated=0.03),
        traffic("openai", "gpt-4o-mini", "summary", requests=800, answered=320, usd=0.0005, bin_=18),
        # half the price a token, twelve times the tokens
        traffic("openai", "gpt-5-mini", "summary", requests=300, answered=7000, usd=0.0145, bin_=75),
        traffic("azure", "gpt-4o", "summary", requests=400, usd=0.0088),
        traffic("anthropic", "claude-opus-4-8", "chat", requests=400, sent=20_000, usd=0.06, cached=0.8, bin_=30),
        traffic("anthropic", "claude-sonnet-4-6", "chat", requests=300, answered=350, usd=0.012, failed=0.15),
        traffic("openai", "gpt-5.1", "batch-labels", requests=5000, sent=1000, answered=200, usd=0.0016),
        traffic("google", "gemini-2.5-flash", "chat", requests=100, answered=400, usd=0.0016),
    ),
    tiers=(
        TierTraffic(
            provider="openai",
            request_model="gpt-5.1",
            task="batch-labels",
            service_tier="batch",
            requests=50_000,
            cost_usd=Decimal(80),
            requests_priced=50_000,
        ),
    ),
    reviewed=(
        Reviewed(
            provider="openai", request_model="gpt-4o", task="summary", requests=300, rate=0.95, low=0.92, high=0.97
        ),
    ),
)
