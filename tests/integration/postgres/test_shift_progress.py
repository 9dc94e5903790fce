"""What insights.shifts counts since a shift's onset, against a plain sum of its minutes."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import psycopg
import pytest
from sqlalchemy import Engine, update

from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.retention import PostgresRetention
from coagent.adapters.postgres.tables import rollup_days
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.bootstrap.retention import kept
from coagent.domain.rollup import Rollup
from coagent.domain.row import RowRef
from coagent.domain.segment import Segment
from coagent.domain.shift import Shift
from coagent.settings import Settings
from tests.contract.samples import rollup, shift

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
NOW = datetime.now(UTC).replace(second=0, microsecond=0)
MIDNIGHT = NOW.replace(hour=0, minute=0)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
STREAM = Segment("openai", "gpt-5.4", endpoint="https://a")
ACCOUNTS = [
    *(
        Segment("openai", "gpt-5.4", endpoint="https://a", task=task, tenant=tenant)
        for task in ("chat", "sum")
        for tenant in ("x", None)
    ),
    Segment("openai", "gpt-5.4", endpoint="https://b", task="chat", tenant="x"),
    Segment("openai", "gpt-5.4-mini", endpoint="https://a", task="chat", tenant="x"),
]
SEEN = "SELECT id, requests_so_far, cost_usd_so_far, priced_so_far, last_seen_at, now() AS at FROM insights.shifts"
Figures = tuple[int, Decimal | None, int, datetime | None]


def drawn_minutes(draw: np.random.Generator, first: datetime, until: datetime, number: int) -> list[Rollup]:
    """Distinct ones; a third has no price, and some models have none at all."""
    length = int((until - first) / MINUTE)
    places = {(int(draw.integers(len(ACCOUNTS))), int(draw.integers(length))) for _ in range(number)}
    return [_minute(draw, ACCOUNTS[account], first + place * MINUTE) for account, place in sorted(places)]


def _minute(draw: np.random.Generator, account: Segment, minute: datetime) -> Rollup:
    requests = int(draw.integers(1, 50))
    priced = requests - 1 if account.task == "chat" and draw.random() < 0.7 else 0
    cost = Decimal(int(draw.integers(1, 10_000))) / 1000 if priced else None
    return rollup(segment=account, minute=minute, requests=requests, cost_usd=cost, cost_known=priced)


def drawn_shifts(draw: np.random.Generator, first: datetime, number: int) -> list[Shift]:
    """Of the stream or a part of it; open, or ended within minutes, hours or days; at round times too."""
    return [_shift(draw, f"shift-{place:03}", first) for place in range(number)]


def _shift(draw: np.random.Generator, name: str, first: datetime) -> Shift:
    onset = _rounded(draw, first + float(draw.random()) * (NOW - first))
    lasted = float(draw.random()) * (MINUTE, HOUR, DAY, 4 * DAY)[draw.integers(4)]
    end = max(onset, _rounded(draw, min(onset + lasted, NOW)))
    part = (STREAM, ACCOUNTS[0], Segment("openai", "gpt-5.4", endpoint="https://a", task="sum"))[draw.integers(3)]
    at = {"onset": onset, "alarm": onset, "raised": onset, "updated": end}
    places = {key: RowRef(ordinal=10 + place, time=time) for place, (key, time) in enumerate(at.items())}
    status = "open" if draw.random() < 0.3 else "recovered"
    return shift(id=name, segment=part, status=status, **places, onset_low=5, onset_high=20)


def _rounded(draw: np.random.Generator, time: datetime) -> datetime:
    minute = time.replace(second=0, microsecond=0)
    hour = minute.replace(minute=0)
    return (time, minute, hour, hour.replace(hour=0), hour - MINUTE)[draw.integers(5)]


def plain_sum(shift: Shift, at: datetime, minutes: Sequence[Rollup], forgotten_before: datetime = LONG_AGO) -> Figures:
    """Minute by minute; before that day by hours."""
    ended = shift.ended_at or at
    found = [one for one in minutes if _is_of(shift.segment, one.segment)]
    found = [one for one in found if _start(one, forgotten_before) <= ended]
    found = [one for one in found if _start(one, forgotten_before) >= _begin(shift.onset.time, forgotten_before)]
    costs = [one.cost_usd for one in found if one.cost_usd is not None]
    newest = max((_start(one, forgotten_before) for one in found), default=None)
    return (
        sum(one.requests for one in found),
        sum(costs, Decimal(0)) if costs else None,
        sum(one.cost_known for one in found),
        newest,
    )


def _begin(onset: datetime, forgotten_before: datetime) -> datetime:
    minute = onset.replace(second=0, microsecond=0)
    return minute.replace(minute=0) if onset < forgotten_before else minute


def _start(one: Rollup, forgotten_before: datetime) -> datetime:
    return one.minute.replace(minute=0) if one.minute < forgotten_before else one.minute


def _is_of(part: Segment, account: Segment) -> bool:
    return account.stream == part.stream and part.task in (None, account.task) and part.tenant in (None, account.tenant)


def seen(engine: Engine) -> tuple[dict[str, Figures], datetime]:
    """Of each shift, and what time it was."""
    url = engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        rows = connection.execute(SEEN.encode()).fetchall()
    return {name: (requests, cost, priced, newest) for name, requests, cost, priced, newest, _ in rows}, rows[0][-1]


def assert_same(engine: Engine, shifts: Sequence[Shift], minutes: Sequence[Rollup], **known: Any) -> None:
    found, at = seen(engine)
    assert {one.id: plain_sum(one, at, minutes, **known) for one in shifts} == found


@pytest.mark.parametrize("seed", [0, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (1, 2, 3))])
def test_whole_days_and_hours_add_up_to_their_minutes(postgres_engine: Engine, seed: int) -> None:
    """Before they are summed, after it, and where minutes came late."""
    draw, first = np.random.default_rng(seed), MIDNIGHT - 5 * DAY
    store, longer = PostgresTelemetryStore(postgres_engine), LongerRollups(postgres_engine)
    shifts = drawn_shifts(draw, first, 60)
    store.write_shifts(shifts)
    minutes = drawn_minutes(draw, first, NOW + 2 * HOUR, 6_000)
    store.write_rollups(minutes)
    assert_same(postgres_engine, shifts, minutes)

    longer.sum_changed()
    assert_same(postgres_engine, shifts, minutes)

    taken = {(one.segment, one.minute) for one in minutes}
    late = [one for one in drawn_minutes(draw, first, NOW, 300) if (one.segment, one.minute) not in taken]
    store.write_rollups(late)
    assert_same(postgres_engine, shifts, [*minutes, *late])

    longer.sum_changed()
    assert_same(postgres_engine, shifts, [*minutes, *late])


def test_hours_count_where_minutes_are_forgotten(postgres_engine: Engine) -> None:
    """Also where a late minute made such a day anew, of which it is not a whole."""
    draw, first = np.random.default_rng(35), MIDNIGHT - 5 * DAY
    store, longer = PostgresTelemetryStore(postgres_engine), LongerRollups(postgres_engine)
    shifts, minutes = drawn_shifts(draw, first, 80), drawn_minutes(draw, first, NOW, 4_000)
    store.write_shifts(shifts)
    store.write_rollups(minutes)
    longer.sum_changed()
    with transaction(postgres_engine) as connection:
        connection.execute(update(rollup_days).values(made_at=LONG_AGO))
    whole_from = first + 2 * DAY
    before = {**dict.fromkeys(kept(Settings()), LONG_AGO), "minutes": whole_from}
    assert PostgresRetention(postgres_engine).forget(before) == 2
    assert_same(postgres_engine, shifts, minutes, forgotten_before=whole_from)

    store.write_rollups(
        [rollup(segment=ACCOUNTS[0], minute=first + 30 * HOUR + 7 * MINUTE, requests=1_000, part="late")]
    )
    assert_same(postgres_engine, shifts, minutes, forgotten_before=whole_from)
