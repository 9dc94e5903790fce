"""Hours and days are the exact sums of minutes, however often and in whatever order these came."""

import random
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import psycopg
import pytest
from psycopg.rows import dict_row
from sqlalchemy import Engine

from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.retention import PostgresRetention
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.bootstrap.retention import kept
from coagent.domain.errors import Transient
from coagent.domain.segment import Segment
from coagent.settings import Settings
from tests.contract.samples import NOON, SEGMENT, durations, prompts, rollup

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
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
            longer.sum_changed()
    longer.sum_changed()

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
    by_model = "SELECT request_model, task, sum(requests)::int, sum(cost_usd) FROM insights.{} GROUP BY 1, 2 ORDER BY 2"
    days, models = (rows(sql, by_model.format(view)) for view in ("requests_1d", "model_scorecard"))
    assert days == models


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
    longer.sum_changed()
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
    longer.sum_changed()
    [day] = rows(sql, "SELECT * FROM insights.requests_1d")
    assert day["distinct_prompts"] == pytest.approx(3, abs=0.01)
    hours = rows(sql, "SELECT distinct_prompts FROM insights.requests_1h ORDER BY hour")
    assert [row["distinct_prompts"] for row in hours] == [pytest.approx(2, abs=0.01), pytest.approx(2, abs=0.01), None]


def test_old_minutes_go_and_their_hours_stay_even_when_a_late_one_comes(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, sql: psycopg.Connection, postgres_engine: Engine
) -> None:
    telemetry.write_rollups([rollup(), rollup(minute=NOON + 48 * HOUR)])
    longer.sum_changed()
    assert forget(postgres_engine, sql, NOON + 36 * HOUR) == 1
    assert rows(sql, "SELECT minute FROM insights.requests_1m") == [{"minute": NOON + 48 * HOUR}]
    telemetry.write_rollups([rollup(part="late", requests=3)])
    longer.sum_changed()
    hours = rows(sql, "SELECT requests FROM insights.requests_1h ORDER BY hour")
    assert [row["requests"] for row in hours] == [10, 10]
    assert forget(postgres_engine, sql, NOON + 36 * HOUR) == 1, "the late one too"


def test_a_day_stays_until_it_is_summed_and_a_day_more(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, sql: psycopg.Connection, postgres_engine: Engine
) -> None:
    """A month that is replayed comes in days that are old already."""
    telemetry.write_rollups([rollup()])
    assert forget(postgres_engine, sql, NOON + 99 * DAY) == 0, "its hour is not summed"
    longer.sum_changed()
    sql.execute("UPDATE coagent.rollup_days SET made_at = now()")
    before = {**kept_for_ever(), "minutes": NOON + 99 * DAY}
    assert PostgresRetention(postgres_engine).forget(before) == 0, "it came just now"
    telemetry.write_rollups([rollup(minute=NOON + MINUTE)])
    longer.sum_changed()
    assert [row["requests"] for row in rows(sql, "SELECT requests FROM insights.requests_1d")] == [20]


def test_a_day_before_the_first_partition_is_kept_and_goes_as_others_do(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, sql: psycopg.Connection, postgres_engine: Engine
) -> None:
    telemetry.write_rollups([rollup(minute=NOON - 4000 * DAY), rollup(minute=NOON - 3999 * DAY)])
    longer.sum_changed()
    assert forget(postgres_engine, sql, NOON - 3999 * DAY) == 1
    assert [row["minute"] for row in rows(sql, "SELECT minute FROM insights.requests_1m")] == [NOON - 3999 * DAY]
    assert len(rows(sql, "SELECT day FROM insights.requests_1d")) == 2


def test_sinks_that_write_the_same_new_days_at_once_lose_nothing(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, sql: psycopg.Connection
) -> None:
    days = [NOON + number * DAY for number in range(12)]
    batches = [[rollup(minute=day, part=str(sink)) for day in days[sink:] + days[:sink]] for sink in range(6)]
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(telemetry.write_rollups, batches))
    longer.sum_changed()
    assert [row["requests"] for row in rows(sql, "SELECT requests FROM insights.requests_1d")] == [60] * 12


def test_a_day_that_is_dropped_while_it_is_written_is_made_anew(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, sql: psycopg.Connection, postgres_engine: Engine
) -> None:
    def write(number: int) -> None:
        telemetry.write_rollups([rollup(minute=NOON + number % 3 * DAY, part=str(number))])
        longer.sum_changed()

    with ThreadPoolExecutor(4) as pool:
        written = [pool.submit(write, number) for number in range(60)]
        for _ in range(20):
            with suppress(Transient):  # somebody writes: the next run tries again
                forget(postgres_engine, sql, NOON + 9 * DAY)
        for one in written:
            one.result()


def kept_for_ever() -> dict[str, datetime]:
    return dict.fromkeys(kept(Settings()), LONG_AGO)


def forget(engine: Engine, sql: psycopg.Connection, minutes_before: datetime) -> int:
    """Minutes, as if they had come long ago."""
    for row in rows(sql, "SELECT unit, day FROM coagent.rollup_days"):
        sql.execute(
            "UPDATE coagent.rollup_days SET made_at = '2000-01-01' WHERE (unit, day) = (%(unit)s, %(day)s)", row
        )
    return PostgresRetention(engine).forget({**kept_for_ever(), "minutes": minutes_before})


def test_tiers_are_summed_apart_and_an_account_is_their_sum(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, sql: psycopg.Connection
) -> None:
    """A failure that says no tier counts at the only one of its hour, else at the only one of its day."""
    a, b = rollup().segment, OTHER
    telemetry.write_rollups([
        rollup(part="1", service_tier="priority", prompt_sketch=prompts("x", "y"), prompts_known=2),
        rollup(part="2", service_tier="standard", prompt_sketch=prompts("y", "z"), prompts_known=2, requests=20),
        rollup(part="3", requests=1),
        rollup(segment=b, part="4", service_tier="flex"),
        rollup(segment=b, part="5", minute=NOON + MINUTE, requests=2),
        rollup(segment=b, part="6", minute=NOON + HOUR, requests=3),
    ])  # fmt: skip
    for _ in range(2):
        longer.sum_changed()
    tiers = "SELECT task, service_tier, sum(requests)::int AS requests FROM insights.{} GROUP BY 1, 2 ORDER BY 1, 2"
    expected = [(b.task, "flex", 15), (a.task, "priority", 10), (a.task, "standard", 20), (a.task, None, 1)]
    for view in ("spend", "model_scorecard"):
        assert [tuple(row.values()) for row in rows(sql, tiers.format(view))] == expected
    [day] = rows(sql, "SELECT requests, distinct_prompts FROM insights.requests_1d WHERE task = 'summary'")
    assert (day["requests"], day["distinct_prompts"]) == (31, pytest.approx(3, abs=0.01))
    hours = rows(sql, "SELECT requests FROM insights.requests_1h WHERE task = 'chat' ORDER BY hour")
    assert [row["requests"] for row in hours] == [12, 3]
    telemetry.write_rollups([rollup(segment=b, part="7", service_tier="batch", requests=5)])
    longer.sum_changed()
    found = [tuple(row.values()) for row in rows(sql, tiers.format("spend"))][:3]
    assert found == [(b.task, "batch", 5), (b.task, "flex", 10), (b.task, None, 5)], "now there are two"


def test_a_view_says_up_to_when_it_is_complete(
    telemetry: PostgresTelemetryStore, longer: LongerRollups, sql: psycopg.Connection
) -> None:
    assert longer.sum_changed() == 0
    telemetry.write_rollups([rollup()])
    assert longer.sum_changed() == 1
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
    longer.sum_changed()
    [card] = rows(sql, "SELECT success_rate FROM insights.model_scorecard")
    assert card["success_rate"] == 0.75


def test_a_stream_is_named_by_its_own_id(telemetry: PostgresTelemetryStore, sql: psycopg.Connection) -> None:
    telemetry.write_rollups([rollup(segment=OTHER)])
    [row] = rows(sql, "SELECT segment_id, stream_id FROM insights.requests_1m")
    assert (row["segment_id"], row["stream_id"]) == (OTHER.id, OTHER.stream.id)
