"""Hours and days are the exact sums of minutes, however often and in whatever order these came."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import psycopg
import pytest
from psycopg.rows import dict_row
from sqlalchemy import Engine

from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.segment import Segment
from tests.contract.samples import NOON, SEGMENT, durations, prompts, rollup

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
OTHER = Segment("openai", "gpt-4", task="chat", tenant="acme")


@pytest.fixture
def telemetry(postgres_engine: Engine) -> PostgresTelemetryStore:
    return PostgresTelemetryStore(postgres_engine)


@pytest.fixture
def longer(postgres_engine: Engine) -> LongerRollups:
    return LongerRollups(postgres_engine)


@pytest.fixture
def sql(postgres_url: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres_url, row_factory=dict_row, autocommit=True) as connection:
        yield connection


def rows(sql: psycopg.Connection, query: str):
    return sql.execute(query).fetchall()


def test_hours_and_days_are_the_sums_of_their_minutes_after_any_replay(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, sql: psycopg.Connection
) -> None:
    chance = random.Random(7)
    final = [
        rollup(
            segment=chance.choice([SEGMENT, OTHER]),
            minute=NOON + chance.randrange(3000) * MINUTE,
            part=str(number),
            sequence=9,
            requests=chance.randrange(1, 50),
            cost_usd=chance.choice([None, Decimal(chance.randrange(10**6)) / 10**6]),
            reasoning_tokens=chance.choice([None, chance.randrange(100)]),
            error_types={chance.choice(["timeout", "rate_limit"]): 2},
        )
        for number in range(200)
    ]
    sent = [*final, *(rollup(segment=each.segment, minute=each.minute, part=each.part) for each in final)]
    sent += chance.sample(final, 60)
    chance.shuffle(sent)
    for start in range(0, len(sent), 37):
        telemetry.write_rollups(sent[start : start + 37])
        if chance.random() < 0.5:
            longer.sum_changed(LONG_AGO)
    longer.sum_changed(LONG_AGO)

    for view, start in (("requests_1h", lambda minute: minute.replace(minute=0)), ("requests_1d", _day)):
        unit = "hour" if view == "requests_1h" else "day"
        expected: dict[tuple[str, datetime], list] = {}
        for each in final:
            held = expected.setdefault((each.segment.id, start(each.minute)), [0, None, None, {}])
            held[0] += each.requests
            held[1] = _plus(held[1], each.cost_usd)
            held[2] = _plus(held[2], each.reasoning_tokens)
            for name, count in each.error_types.items():
                held[3][name] = held[3].get(name, 0) + count
        found = {
            (row["segment_id"], row[unit].astimezone(UTC)): [
                row["requests"], row["cost_usd"], row["reasoning_tokens"], row["error_types"]
            ]
            for row in rows(sql, "SELECT * FROM insights." + view)  # noqa: S608
        }  # fmt: skip
        assert found == expected


def _day(minute: datetime) -> datetime:
    return minute.replace(hour=0, minute=0)


def _plus(total, more):
    return total if more is None else more + (total or 0)


def test_percentiles_over_any_grouping_are_within_two_percent(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, sql: psycopg.Connection
) -> None:
    rng = np.random.default_rng(3)
    held: dict[Segment, list[float]] = {SEGMENT: [], OTHER: []}
    for number in range(120):
        segment = OTHER if number % 3 else SEGMENT
        seconds = rng.lognormal(number % 5 - 2, 1.5, rng.integers(1, 60))
        held[segment].extend(seconds)
        telemetry.write_rollups(
            [rollup(segment=segment, minute=NOON + 7 * number * MINUTE, duration=durations(*seconds))]
        )
    longer.sum_changed(LONG_AGO)
    query = """
    SELECT {by} AS by, insights.percentile(insights.histogram_sum(duration), {share}) AS value,
        insights.histogram_count(insights.histogram_sum(duration)) AS count
    FROM insights.{view} GROUP BY 1
    """
    for share in (0, 0.1, 0.5, 0.9, 0.99, 1):
        for view in ("requests_1m", "requests_1h", "requests_1d"):
            [whole] = rows(sql, query.format(by="1", share=share, view=view))
            everything = [*held[SEGMENT], *held[OTHER]]
            assert whole["value"] == pytest.approx(_exact(everything, share), rel=0.0201)
            assert whole["count"] == len(everything)
            parts = {row["by"]: row["value"] for row in rows(sql, query.format(by="task", share=share, view=view))}
            for segment, seconds in held.items():
                assert parts[segment.task] == pytest.approx(_exact(seconds, share), rel=0.0201)


def _exact(seconds: list[float], share: float) -> float:
    return float(np.quantile(seconds, share, method="inverted_cdf"))


def test_different_prompts_are_counted_once_over_hours(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, sql: psycopg.Connection
) -> None:
    for hour, texts in enumerate([("a", "b"), ("b", "c"), ()]):
        sketch = prompts(*texts) if texts else None
        telemetry.write_rollups([rollup(minute=NOON + hour * HOUR, prompt_sketch=sketch, prompts_known=len(texts))])
    longer.sum_changed(LONG_AGO)
    [day] = rows(sql, "SELECT * FROM insights.requests_1d")
    assert day["distinct_prompts"] == pytest.approx(3, abs=0.01)
    hours = rows(sql, "SELECT distinct_prompts FROM insights.requests_1h ORDER BY hour")
    assert [row["distinct_prompts"] for row in hours] == [pytest.approx(2, abs=0.01), pytest.approx(2, abs=0.01), None]


def test_old_minutes_go_and_their_hours_stay_even_when_a_late_one_comes(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, sql: psycopg.Connection
) -> None:
    telemetry.write_rollups([rollup(), rollup(minute=NOON + 48 * HOUR)])
    longer.sum_changed(LONG_AGO)
    assert longer.forget(minutes_before=NOON + HOUR, hours_before=LONG_AGO) == 1
    telemetry.write_rollups([rollup(part="late", requests=3)])
    longer.sum_changed(NOON + HOUR)
    hours = rows(sql, "SELECT requests FROM insights.requests_1h ORDER BY hour")
    assert [row["requests"] for row in hours] == [10, 10]


def test_a_view_says_up_to_when_it_is_complete(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, sql: psycopg.Connection
) -> None:
    assert longer.sum_changed(LONG_AGO) == 0
    telemetry.write_rollups([rollup()])
    assert longer.sum_changed(LONG_AGO) == 1
    telemetry.write_rollups([rollup(minute=NOON + HOUR)])
    for view in ("requests_1h", "requests_1d", "spend", "model_scorecard"):
        [row] = rows(sql, "SELECT complete_until FROM insights." + view)  # noqa: S608
        assert row["complete_until"] == NOON + MINUTE


def test_an_outcome_that_nobody_knows_is_neither_success_nor_failure(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, sql: psycopg.Connection
) -> None:
    telemetry.write_rollups(
        [rollup(requests=10, outcomes_known=4, errors=1), rollup(part="b", outcomes_known=0, errors=0)]
    )
    longer.sum_changed(LONG_AGO)
    [card] = rows(sql, "SELECT success_rate FROM insights.model_scorecard")
    assert card["success_rate"] == 0.75


def test_a_stream_is_named_by_its_own_id(telemetry: PostgresTelemetryStore, sql: psycopg.Connection) -> None:
    telemetry.write_rollups([rollup(segment=OTHER)])
    [row] = rows(sql, "SELECT segment_id, stream_id FROM insights.requests_1m")
    assert (row["segment_id"], row["stream_id"]) == (OTHER.id, OTHER.stream.id)
