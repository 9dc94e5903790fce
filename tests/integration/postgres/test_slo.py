"""From rollups and a file of SLOs to a burn that is reported once, and its end."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.slo_store import PostgresSloStore
from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.deliver.subject import severity_of, subject_of
from coagent.domain.insight import Insight
from coagent.domain.segment import Segment
from coagent.entrypoints.cli.main import app
from coagent.slo.slo_file import read_slos
from coagent.steps.slo import SloStep
from tests.contract.samples import NOON, durations, rollup

MINUTE = timedelta(minutes=1)
CHAT, OTHER = Segment("openai", "gpt_4", task="chat"), Segment("openai", "gptx4", task="chat")
SLOS = """
version: 1
slos:
  - {name: works, objective: 99, indicator: {success_rate: {}}, match: {model: "gpt_*", task: chat}}
  - {name: fast, objective: 95, indicator: {latency: {under: 2s}}}
  - {name: soon, objective: 95, indicator: {time_to_first_token: {under: 500ms}}}
  - {name: good, objective: 95, indicator: {quality: {at_least: 0.7}}}
  - {name: cheap, objective: 95, indicator: {cost: {under_usd: 0.01}}, match: {tenant: acme}}
"""


class World:
    def __init__(self, engine: Engine) -> None:
        self.engine, self.clock = engine, FixedClock(NOON)
        self.telemetry, self.store = PostgresTelemetryStore(engine), PostgresSloStore(engine)
        self.step = SloStep(read_slos(SLOS, "slos.yaml"), self.store, PostgresInsightStore(engine), self.clock)

    def traffic(self, segment: Segment, minutes: range, **changes) -> None:
        values = {"requests": 100, "outcomes_known": 100, "errors": 0, "cost_usd": None, "cost_known": 0, **changes}
        self.telemetry.write_rollups(
            [rollup(segment=segment, minute=NOON - number * MINUTE, **values) for number in minutes]
        )

    def insight(self, burn: str) -> Insight:
        found = PostgresConversations(self.engine).insight_about(burn)
        assert found is not None
        return found

    def status(self, name: str) -> dict:
        answer = SqlReader(self.engine).ask(f"SELECT * FROM slo_status WHERE name = '{name}'")  # noqa: S608
        (row,) = answer.rows
        return dict(zip(answer.columns, row, strict=True))


@pytest.fixture
def world(postgres_engine: Engine) -> World:
    return World(postgres_engine)


def test_minutes_hours_and_days_are_counted_once(world: World):
    """An hour of ten days is in all three tables, and asked for in one."""
    values = {"segment": CHAT, "errors": 1, "outcomes_known": 10}
    world.telemetry.write_rollups([rollup(minute=NOON - timedelta(hours=back), **values) for back in range(240)])
    LongerRollups(world.engine).sum_changed()
    slo = read_slos(SLOS, "slos.yaml")[0]
    buckets = world.store.buckets(slo, NOON)
    assert (2400, 240) == (sum(one.events for one in buckets), sum(one.bad for one in buckets))
    assert {60, 3600, 86400} == {one.length_s for one in buckets}


def test_only_what_matches_counts_and_an_underscore_is_itself(world: World):
    world.traffic(OTHER, range(30), errors=100)
    world.step.run()
    assert (0, False) == (world.status("works")["events"], world.status("works")["burning"])


def test_a_burn_is_reported_once_recovers_and_says_so(world: World):
    world.traffic(CHAT, range(30), errors=20)
    assert world.step.run() == 1
    assert world.step.run() == 0
    status = world.status("works")
    assert (True, 3000, 600) == (status["burning"], status["events"], status["bad"])
    insight = world.insight(status["burn_id"])
    assert (insight.kind, insight.page) == ("burn", True)
    assert insight.title == "Error budget of works burns 20 times too fast"
    assert "20 % of 3,000 requests failed within 60 minutes; the objective allows 1 %: 99 % of" in insight.text
    assert "task `chat`" in insight.text
    assert severity_of(subject_of(insight)) == "page"

    world.traffic(CHAT, range(-150, 0), requests=500, outcomes_known=500)
    world.clock.move(50 * MINUTE)
    assert world.step.run() == 1, "what pages does so no longer: the slow windows go on"
    assert (True, False) == (world.status("works")["burning"], world.insight(status["burn_id"]).page)
    world.clock.move(100 * MINUTE)
    assert world.step.run() == 1
    insight = world.insight(status["burn_id"])
    assert ("recovered", False) == (subject_of(insight).state, insight.page)
    assert insight.title.startswith("Recovered: error budget of works")
    assert not world.status("works")["burning"]


def test_latency_first_tokens_cost_and_quality_have_bounds(world: World):
    first = durations(*[0.4] * 9, 0.6)
    world.traffic(CHAT, range(3), duration=durations(*[1.0] * 90, *[2.2] * 10), time_to_first_token=first)
    acme = Segment("openai", "gpt_4", tenant="acme")
    world.traffic(acme, range(3), cost_usd=Decimal("0.9"), cost_known=100)
    world.traffic(acme, range(3, 5), cost_usd=Decimal("1.1"), cost_known=100)
    scored = {"quality_scores_known": 10}
    world.traffic(OTHER, range(3), quality_score=Decimal("7.1"), **scored)
    world.traffic(OTHER, range(3, 5), quality_score=Decimal("6.9"), **scored)
    world.step.run()
    assert [(300, 30), (30, 3), (500, 200), (50, 20)] == [
        (world.status(name)["events"], world.status(name)["bad"]) for name in ("fast", "soon", "cheap", "good")
    ]


def test_an_slo_that_is_gone_ends_its_burn(world: World):
    world.traffic(CHAT, range(30), errors=20)
    world.step.run()
    SloStep([], world.store, PostgresInsightStore(world.engine), world.clock).run()
    assert {} == world.store.open_burns()
    assert [] == SqlReader(world.engine).ask("SELECT * FROM slo_status").rows


def test_the_command_shows_what_burns(world: World, postgres_url: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COAGENT_POSTGRES__URL", postgres_url)
    monkeypatch.setenv("COLUMNS", "220")
    assert "COAGENT_SLO__FILE" in CliRunner().invoke(app, ["slo"]).stdout
    world.traffic(CHAT, range(30), errors=20)
    world.step.run()
    shown = CliRunner().invoke(app, ["slo"]).stdout
    assert "99 % success rate" in shown
    assert "burns since 2026-03-01 12:00" in shown
    assert CliRunner().invoke(app, ["slo", "--json"]).stdout.count("\n") == 5
    checked = CliRunner().invoke(app, ["slo", "check", "examples/slos.yaml"])
    assert "chat-is-fast: 99 % latency of provider openai, model gpt-*, task chat" in checked.stdout


def test_a_tier_has_an_objective_of_its_own(world: World):
    """Failures say no tier: they count at the account's only one, in minutes, hours and days alike."""
    for back in (0, 24 * 60, 240 * 60):
        many = {"requests": 90, "outcomes_known": 90}
        world.traffic(CHAT, range(back, back + 3), service_tier="priority", part="a", **many)
        world.traffic(CHAT, range(back, back + 3), errors=10, requests=10, outcomes_known=10, part="b")
        world.traffic(OTHER, range(back, back + 3), service_tier="standard", part="a", **many)
    LongerRollups(world.engine).sum_changed()
    text = SLOS.replace('match: {model: "gpt_*", task: chat}', "match: {tier: {}}")
    for tier, bad in (("priority", 30), ("standard", 0)):
        slo = read_slos(text.replace("tier: {}", f"tier: {tier}"), "slos.yaml")[0]
        for bucket in world.store.buckets(slo, NOON):
            assert bucket.bad * 9 == bucket.events - bucket.bad if bad else bucket.bad == 0
        assert sum(one.events for one in world.store.buckets(slo, NOON)) == 9 * (100 if bad else 90)
