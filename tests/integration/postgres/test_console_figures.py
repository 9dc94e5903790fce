"""What views sum from hours and days, against the same questions asked of minutes, in one transaction."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import psycopg
import pytest
from sqlalchemy import Engine

from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.rollup import Rollup
from coagent.domain.segment import Segment
from tests.contract.samples import durations, rollup

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
STREAMS = [
    Segment("openai", "gpt-5.4"),
    Segment("openai", "gpt-5.4", endpoint="https://b"),
    Segment("azure", "unpriced"),
    Segment("openai", "in-part"),
    Segment("openai", "silent"),
]
PARTS = [("chat", "x"), ("chat", None), (None, "y")]
ACCOUNTS = [
    Segment(one.provider, one.request_model, one.endpoint, task, tenant) for one in STREAMS for task, tenant in PARTS
]

SEEN_IN_A_DAY = """
SELECT provider, request_model, endpoint, requests_24h, newest_minute FROM insights.streams ORDER BY 1, 2, 3
"""
BY_MINUTE = """
SELECT provider, request_model, endpoint, sum(requests)::bigint, max(minute) FROM insights.requests_1m
WHERE minute > now() - interval '24 hours' GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
BY_STREAM = """
SELECT hour, stream_id, requests, errors, output_tokens, cost_usd, requests_priced, duration_p50_s, duration_p95_s,
    error_types FROM insights.streams_1h ORDER BY 1, 2
"""
BY_ACCOUNT = """
SELECT hour, stream_id, sum(requests)::bigint, sum(errors)::bigint, sum(output_tokens)::bigint, sum(cost_usd),
    sum(requests_priced)::bigint, insights.percentile(insights.histogram_sum(duration), 0.5),
    insights.percentile(insights.histogram_sum(duration), 0.95), insights.counts_sum(error_types)
FROM insights.requests_1h GROUP BY 1, 2 ORDER BY 1, 2
"""
UNPRICED = """
SELECT provider, request_model, requests, input_tokens, output_tokens, first_minute, last_minute
FROM insights.unpriced_models ORDER BY 1, 2
"""
UNPRICED_BY_MINUTE = """
SELECT provider, request_model, sum(requests - errors - requests_priced - requests_doubtful)::bigint,
    sum(input_tokens)::bigint, sum(output_tokens)::bigint, min(minute), max(minute)
FROM insights.requests_1m
WHERE requests - errors > requests_priced + requests_doubtful AND coalesce(input_tokens, output_tokens) IS NOT NULL
    AND minute > (SELECT max(minute) - interval '30 days' FROM insights.requests_1m)
GROUP BY 1, 2 ORDER BY 1, 2
"""


class Told:
    """Writes minutes that are drawn, each once."""

    def __init__(self, engine: Engine, seed: int) -> None:
        self._draw, self._store = np.random.default_rng(seed), PostgresTelemetryStore(engine)
        self._taken: set[tuple[Segment, datetime]] = set()

    def write(self, first: datetime, until: datetime, number: int) -> None:
        minutes = int((until - first) / MINUTE)
        places = {(int(self._draw.integers(len(ACCOUNTS))), int(self._draw.integers(minutes))) for _ in range(number)}
        drawn = [self._minute(ACCOUNTS[account], first + place * MINUTE) for account, place in sorted(places)]
        fresh = [one for one in drawn if (one.segment, one.minute) not in self._taken and _is_heard(one)]
        self._taken |= {(one.segment, one.minute) for one in fresh}
        self._store.write_rollups(fresh)

    def _minute(self, account: Segment, minute: datetime) -> Rollup:
        requests = int(self._draw.integers(2, 50))
        priced = {"azure": 0}.get(account.provider, requests - 1 - (account.request_model == "in-part"))
        figures: dict[str, Any] = {"requests": requests, "outcomes_known": requests, "cost_known": priced}
        cost = Decimal(int(self._draw.integers(1, 999))) / 1000 if priced else None
        seconds = durations(*self._draw.lognormal(0, 1, requests))
        return rollup(segment=account, minute=minute, cost_usd=cost, duration=seconds, **figures)


def _is_heard(one: Rollup) -> bool:
    """One model says nothing in the last hours."""
    return one.segment.request_model != "silent" or one.minute < NOW - 3 * HOUR


def assert_same(engine: Engine, *pairs: tuple[str, str]) -> None:
    with engine.connect() as connection:
        for asked, plainly in pairs:
            expected = connection.exec_driver_sql(plainly).all()
            assert expected
            assert connection.exec_driver_sql(asked).all() == expected


@pytest.mark.parametrize("seed", range(3))
def test_a_day_and_what_has_no_price_are_counted_to_the_minute(postgres_engine: Engine, seed: int) -> None:
    """Before hours are summed, after it, where minutes came late, and with a clock ahead."""
    told, longer = Told(postgres_engine, seed), LongerRollups(postgres_engine)
    pairs = ((SEEN_IN_A_DAY, BY_MINUTE), (UNPRICED, UNPRICED_BY_MINUTE))
    steps: list[Callable[[], Any]] = [
        lambda: told.write(NOW - 30 * HOUR, NOW + 2 * HOUR, 3_000),
        longer.sum_changed,
        lambda: told.write(NOW - 28 * HOUR, NOW, 200),
        longer.sum_changed,
        lambda: told.write(NOW - 9 * DAY, NOW - 8 * DAY, 100),
    ]
    for step in steps:
        step()
        assert_same(postgres_engine, *pairs)


def test_an_hour_of_a_stream_is_that_of_its_accounts(postgres_engine: Engine) -> None:
    Told(postgres_engine, 35).write(NOW - 30 * HOUR, NOW, 3_000)
    LongerRollups(postgres_engine).sum_changed()
    assert_same(postgres_engine, (BY_STREAM, BY_ACCOUNT))


def test_what_is_older_than_30_days_has_its_price_no_more(postgres_engine: Engine) -> None:
    told = Told(postgres_engine, 7)
    told.write(NOW - 40 * DAY, NOW - 32 * DAY, 100)
    LongerRollups(postgres_engine).sum_changed()
    told.write(NOW - HOUR, NOW, 100)
    assert_same(postgres_engine, (UNPRICED, UNPRICED_BY_MINUTE))


@pytest.mark.parametrize("nothing", ["NULL", "ROW(NULL, NULL)", "ROW('{}', '{}')"])
def test_nothing_has_no_percentile(postgres_url: str, nothing: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        query = f"SELECT insights.percentile({nothing}::insights.histogram, 0.5)"
        assert connection.execute(query.encode()).fetchone() == (None,)
