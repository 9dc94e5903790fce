"""A brief's facts come out of the real tables, and two agents send one brief."""

import threading
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, insert, select, text

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.postgres.brief_store import PostgresBriefStore
from coagent.adapters.postgres.engine import make_engine, transaction
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.review_store import PostgresReviewStore
from coagent.adapters.postgres.tables import outbox, words
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.brief.brief import write_brief
from coagent.deliver.policy import DEFAULT, Briefing, Policy
from coagent.steps.brief import BriefStep
from tests.contract.samples import NOON, insight, opportunity, quality_change, rollup, shift

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNTIL = NOON + 8 * HOUR


@pytest.fixture
def filled(postgres_engine: Engine) -> Engine:
    telemetry, store = PostgresTelemetryStore(postgres_engine), PostgresInsightStore(postgres_engine)
    telemetry.write_shifts([shift()])
    telemetry.write_rollups([rollup(), rollup(minute=NOON - DAY)])
    LongerRollups(postgres_engine).sum_changed()
    store.save_opportunities([opportunity(), opportunity(id="o-decided"), opportunity(id="o-snoozed")], NOON)
    about_shift = insight(id="i-shift", title="Answers got shorter")
    store.save_insight(about_shift, [])
    for subject in ("o-decided", "o-snoozed"):
        store.save_insight(insight(id=f"i-{subject}", kind="opportunity", subject_id=subject, title=subject), [])
    said(postgres_engine, "approve", "i-o-decided", None)
    said(postgres_engine, "snooze", "i-o-snoozed", NOON + 90 * DAY)
    return postgres_engine


def said(engine: Engine, kind: str, conversation: str, until) -> None:
    row = {
        "id": f"w-{conversation}", "conversation": conversation, "kind": kind, "by": "ann", "via": "slack", "at": NOON,
        "until": until, "reason": "fine",
    }  # fmt: skip
    with transaction(engine) as connection:
        connection.execute(insert(words), row)


def test_facts_come_from_what_is_stored(filled: Engine) -> None:
    facts = PostgresBriefStore(filled).facts(UNTIL - DAY, UNTIL)

    assert [("shift-1", "Answers got shorter")] == [(one.id, one.headline) for one in facts.changes]
    assert ["opportunity-1"] == [one.id for one in facts.opportunities]
    assert {("approve", "o-decided"), ("snooze", "o-snoozed")} == {(one.kind, one.about) for one in facts.decisions}
    assert (10, Decimal("0.012345678")) == (facts.traffic.requests, facts.traffic.usd)
    assert 10 == facts.before.requests
    assert [] == facts.savings == facts.burns == facts.silences
    assert not write_brief(facts).is_quiet


def test_a_day_of_savings_is_a_utc_day_wherever_the_database_is(filled: Engine, postgres_url: str) -> None:
    with transaction(filled) as connection:
        connection.execute(
            text("INSERT INTO coagent.savings (opportunity_id, day, basis, since, requests, requests_compared, "
                 "promised_usd, realised_usd) VALUES ('opportunity-1', :day, 'approved', :day, 1, 1, 2, 1)"),
            {"day": UNTIL.replace(hour=0) - DAY},
        )  # fmt: skip
    far_west = make_engine(
        f"{postgres_url}{'&' if '?' in postgres_url else '?'}options=-c%20TimeZone%3DAmerica/New_York"
    )
    try:
        facts = PostgresBriefStore(far_west).facts(UNTIL - DAY, UNTIL)
    finally:
        far_west.dispose()
    assert [Decimal(1)] == [one.realised_usd for one in facts.savings]


def test_a_change_of_a_success_rate_is_news_when_it_is_reported_and_when_it_ends(filled: Engine) -> None:
    store = PostgresReviewStore(filled)
    told = {"kind": "quality", "title": "Success rate fell", "created_at": UNTIL - HOUR}
    store.save_quality([], [], [quality_change(found_on=NOON - 9 * DAY)])
    PostgresInsightStore(filled).save_insight(insight(id="quality-change-1", subject_id="quality-change-1", **told), [])
    briefs = PostgresBriefStore(filled)
    [found] = briefs.facts(UNTIL - DAY, UNTIL).qualities
    assert (found.headline, found.status, found.page) == ("Success rate fell", "open", True)
    assert briefs.facts(UNTIL, UNTIL + DAY).qualities == []
    ended = quality_change(found_on=NOON - 9 * DAY, sequence=2, status="recovered", ended_at=UNTIL + HOUR)
    store.save_quality([], [], [ended])
    [found] = briefs.facts(UNTIL, UNTIL + DAY).qualities
    assert found.status == "recovered"
    assert "`coagent explain quality-change-1`" in write_brief(briefs.facts(UNTIL, UNTIL + DAY)).text


def test_a_short_span_is_counted_by_the_minute(filled: Engine) -> None:
    store, half = PostgresBriefStore(filled), timedelta(minutes=30)
    assert 10 == store.facts(rollup().minute - half, rollup().minute + half).traffic.requests
    assert 0 == store.facts(rollup().minute + half, rollup().minute + 2 * half).traffic.requests


def test_an_empty_database_has_nothing_to_say(postgres_engine: Engine) -> None:
    facts = PostgresBriefStore(postgres_engine).facts(UNTIL - DAY, UNTIL)
    assert facts.traffic.usd is None
    assert write_brief(facts).is_quiet


def step(engine: Engine, at=UNTIL, **briefing: object) -> BriefStep:
    routes = DEFAULT.routes
    policy = Policy(routes=routes, brief=Briefing(**{"to": ["slack:#llm", "email"], "at": "20:00", **briefing}))
    return BriefStep(PostgresBriefStore(engine), policy, FixedClock(at))


def owed(engine: Engine) -> list[tuple[str, str]]:
    with transaction(engine) as connection:
        return [
            tuple(row)
            for row in connection.execute(select(outbox.c.channel, outbox.c.insight_id).order_by(outbox.c.position))
        ]


def test_two_agents_send_one_brief(filled: Engine) -> None:
    begin, counts = threading.Barrier(4), []

    def run() -> None:
        mine = step(filled)
        begin.wait()
        counts.append(mine.run())

    agents = [threading.Thread(target=run) for _ in range(4)]
    for agent in agents:
        agent.start()
    for agent in agents:
        agent.join()

    assert [0, 0, 0, 2] == sorted(counts)
    name = "brief-daily-20260301T2000"
    assert [("slack:#llm", name), ("email", name)] == owed(filled)


def test_a_brief_with_nothing_to_say_is_noted_and_not_sent(postgres_engine: Engine) -> None:
    assert 0 == step(postgres_engine).run()
    assert [] == owed(postgres_engine)
    assert PostgresBriefStore(postgres_engine).is_done("brief-daily-20260301T2000")


def test_a_brief_is_sent_late_but_not_after_half_a_day(filled: Engine) -> None:
    assert 0 == step(filled, UNTIL + 7 * HOUR).run()
    assert 2 == step(filled, UNTIL + 5 * HOUR).run()
    assert 0 == step(filled, UNTIL + 5 * HOUR + timedelta(minutes=1)).run()


def test_without_a_daily_brief_only_the_day_of_the_week_has_one(filled: Engine) -> None:
    day = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    assert 0 == step(filled, daily=False, weekly=day[(UNTIL.weekday() + 1) % 7]).run()
    assert 2 == step(filled, daily=False, weekly=day[UNTIL.weekday()]).run()
    assert {"brief-weekly-20260301T2000"} == {name for _, name in owed(filled)}


def test_without_a_route_nothing_is_sent(filled: Engine) -> None:
    assert 0 == BriefStep(PostgresBriefStore(filled), DEFAULT, FixedClock(UNTIL)).run()
