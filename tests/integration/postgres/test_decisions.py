"""From a person's word about an opportunity to its status, the policy and the ledger."""

from datetime import timedelta
from decimal import Decimal

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.decisions import PostgresDecisions
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.adapters.postgres.longer_rollups import LongerRollups
from coagent.adapters.postgres.policies import PostgresPolicies
from coagent.adapters.postgres.savings import PostgresSavings
from coagent.adapters.postgres.slo_store import PostgresSloStore
from coagent.adapters.postgres.sql_reader import SqlReader
from coagent.adapters.postgres.telemetry_store import PostgresTelemetryStore
from coagent.domain.money import MoneyRange
from coagent.domain.notice import Word
from coagent.domain.routing_policy import RoutingPolicy
from coagent.domain.segment import Segment
from coagent.narrate.insights import plain_insight
from coagent.slo.slo_file import read_slos
from coagent.steps.decide import DecideStep
from coagent.steps.gate import GateStep
from coagent.steps.ledger import LedgerStep
from coagent.steps.policy import PolicyStep
from coagent.steps.slo import SloStep
from tests.contract.samples import NOON, opportunity, rollup

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
BIG = Segment("openai", "gpt-5", task="summary", tenant="acme")
SMALL, SMALL_CHAT = replace(BIG, request_model="gpt-5-mini"), replace(BIG, request_model="gpt-5-mini", task="chat")
SAVES = MoneyRange(Decimal(100), Decimal(300), Decimal(500))
FOUND = opportunity(
    id="right-1",
    kind="right_size",
    segment=BIG,
    monthly_savings_usd=SAVES,
    action={"match": {}, "patch": [{"op": "add", "path": "/model", "value": "gpt-5-mini"}]},
)
LATENCY = "version: 1\nslos:\n  - {name: works, objective: 99, indicator: {success_rate: {}}}"


class World:
    def __init__(self, engine: Engine) -> None:
        self.engine, self.clock = engine, FixedClock(NOON)
        self.insights, self.conversations = PostgresInsightStore(engine), PostgresConversations(engine)
        self.decisions, self.published = PostgresDecisions(engine), []
        self.resumed: list[str] = []
        self.step = DecideStep(self.decisions, self.conversations, self.resume, timedelta(hours=4))
        self.policy = PolicyStep(self.decisions, PostgresPolicies(engine), self, self.clock)
        self.slos = PostgresSloStore(engine)
        self.gate = GateStep(self.slos, self.decisions)
        self.ledger = LedgerStep(self.decisions, PostgresSavings(engine))

    async def resume(self, word: Word) -> None:
        self.resumed.append(word.id)

    def publish(self, policy: RoutingPolicy) -> None:
        self.published.append(policy.version)

    def found(self, sequence: int = 1, expected: int = 300) -> str:
        one = replace(FOUND, monthly_savings_usd=replace(SAVES, expected=Decimal(expected)))
        self.insights.save_opportunities([one], self.clock.now())
        insight = plain_insight(one, sequence, self.clock.now())
        self.insights.save_insight(insight, [])
        return insight.id

    async def say(self, kind: str, conversation: str, **changes) -> None:
        number = len(self.ask("SELECT id FROM decisions"))
        values = {"id": f"word-{number}", "by": "ann", "via": "slack", "at": self.clock.now(), "reason": "", **changes}
        self.conversations.add_word(Word(kind=kind, conversation=conversation, **values))
        await self.step.run()

    def ask(self, query: str) -> list[dict]:
        answer = SqlReader(self.engine).ask(query)
        return [dict(zip(answer.columns, row, strict=True)) for row in answer.rows]

    @property
    def status(self) -> str:
        (row,) = self.ask("SELECT status FROM opportunities")
        return row["status"]


@pytest.fixture
def world(postgres_engine: Engine) -> World:
    return World(postgres_engine)


async def test_each_word_is_acted_on_once_and_the_newest_counts(world: World):
    conversation = world.found()
    assert world.status == "open"
    await world.say("approve", conversation)
    assert (await world.step.run(), world.resumed, world.status) == (0, ["word-0"], "approved")
    world.clock.move(HOUR)
    await world.say("reject", conversation, reason="no quality test")
    (row,) = world.ask("SELECT * FROM opportunities")
    assert ("rejected", "no quality test", "ann") == (row["status"], row["status_reason"], row["decided_by"])
    assert [("approve", Decimal(300), "slack")] == [
        (one["decision"], one["promised_monthly_savings_usd"], one["via"])
        for one in world.ask("SELECT * FROM decisions ORDER BY at LIMIT 1")
    ]


async def test_a_rejection_stands_until_the_figures_changed_notably(world: World):
    conversation = world.found()
    await world.say("reject", conversation, reason="too small")
    world.found(expected=320)
    assert world.status == "rejected"
    world.found(2, expected=400)
    assert world.status == "open"


async def test_a_rejection_is_about_what_people_saw(world: World):
    """The figures moved before the insight was renewed: what was rejected are the old ones."""
    conversation = world.found()
    one = replace(FOUND, monthly_savings_usd=replace(SAVES, expected=Decimal(900)))
    world.insights.save_opportunities([one], world.clock.now())
    await world.say("reject", conversation)
    assert world.status == "open"


async def test_a_snooze_ends(world: World):
    conversation = world.found()
    await world.say("snooze", conversation, until=NOON - DAY, at=NOON - 2 * DAY)
    assert world.status == "open"
    far = world.ask("SELECT now() + interval '1 day' AS far")[0]["far"]
    await world.say("snooze", conversation, until=far)
    assert world.status == "snoozed"


async def test_words_about_other_things_are_left_to_others(world: World):
    await world.say("snooze", "no-such-conversation")
    assert [] == world.ask("SELECT * FROM decisions")
    assert [] == world.decisions.undecided(10)


async def test_a_crash_between_decision_and_effect_is_made_good(world: World):
    conversation = world.found()

    async def dies(_word: Word) -> None:
        raise RuntimeError

    crashing = DecideStep(world.decisions, world.conversations, dies, HOUR)
    world.conversations.add_word(Word(id="w", conversation=conversation, kind="approve", by="ann", via="cli", at=NOON))
    with pytest.raises(RuntimeError):
        await crashing.run()
    assert await world.step.run() == 1
    assert (["w"], 1) == (world.resumed, len(world.ask("SELECT * FROM decisions")))


async def test_a_word_that_fails_holds_up_only_later_ones_about_the_same(world: World):
    good = world.found()
    other = replace(FOUND, id="right-2")
    world.insights.save_opportunities([other], NOON)
    bad = plain_insight(other, 1, NOON)
    world.insights.save_insight(bad, [])

    async def resume(word: Word) -> None:
        if word.conversation == bad.id:
            raise RuntimeError("broken")
        await world.resume(word)

    for number, about in enumerate((bad.id, bad.id, good)):
        at = NOON + number * HOUR
        world.conversations.add_word(
            Word(id=f"w{number}", conversation=about, kind="approve", by="a", via="cli", at=at)
        )
    with pytest.raises(RuntimeError, match="broken"):
        await DecideStep(world.decisions, world.conversations, resume, HOUR).run()
    assert ["w2"] == world.resumed
    assert ["w0", "w1"] == [word.id for word in world.decisions.undecided(10)]


async def test_the_policy_has_what_is_approved_and_a_version_for_each_change(world: World):
    conversation = world.found()
    assert (world.policy.run(), world.published) == (0, [])
    await world.say("approve", conversation)
    assert (world.policy.run(), world.policy.run(), world.published) == (1, 0, [1])
    again = PolicyStep(world.decisions, PostgresPolicies(world.engine), world, world.clock)
    assert (again.run(), world.published) == (0, [1, 1]), "after a start it is published again"
    (rule,) = PostgresPolicies(world.engine).newest().rules
    assert ("cost", {"model": "gpt-5-mini"}, "ann") == (rule.strategy, rule.target, rule.approved_by)
    world.clock.move(HOUR)
    await world.say("reject", conversation)
    assert (world.policy.run(), PostgresPolicies(world.engine).newest().rules) == (1, [])


async def test_a_run_that_is_overtaken_does_not_publish_the_version_before(world: World):
    class Overtaken(PostgresPolicies):
        def save(self, policy: RoutingPolicy) -> bool:
            if policy.version == 2 and not overtaken:
                overtaken.append(policy.version)
                step.run()
            return super().save(policy)

    overtaken = []
    step = PolicyStep(world.decisions, Overtaken(world.engine), world, world.clock)
    conversation = world.found()
    await world.say("approve", conversation)
    assert step.run() == 1
    world.clock.move(HOUR)
    await world.say("reject", conversation)
    assert (step.run(), overtaken, world.published) == (0, [2], [1, 2])


async def test_while_a_budget_burns_an_approval_waits(world: World):
    telemetry = PostgresTelemetryStore(world.engine)
    minutes = [NOON - timedelta(minutes=number) for number in range(30)]
    telemetry.write_rollups(
        [rollup(segment=BIG, minute=one, errors=50, requests=100, outcomes_known=100) for one in minutes]
    )
    conversation = world.found()
    SloStep(read_slos(LATENCY, "slos.yaml"), world.slos, world.insights, world.clock).run()
    assert (world.gate.run(), world.status) == (1, "held")
    assert world.ask("SELECT opportunities_held AS n FROM slo_status") == [{"n": 1}]
    world.clock.move(HOUR)
    await world.say("approve", conversation)
    assert (world.gate.run(), world.status, world.policy.run()) == (1, "held", 0)
    assert "SLO works burns" in world.ask("SELECT status_reason AS why FROM opportunities")[0]["why"]
    SloStep([], world.slos, world.insights, world.clock).run()
    assert (world.gate.run(), world.status, world.policy.run()) == (0, "approved", 1)


def traffic(world: World, segment: Segment, days: range, usd: str) -> None:
    values = {"requests": 100, "cost_known": 100, "cost_usd": Decimal(usd), "input_tokens": 900, "output_tokens": 100}
    PostgresTelemetryStore(world.engine).write_rollups(
        [rollup(segment=segment, minute=NOON + number * DAY, part=f"{number}{usd}", **values) for number in days]
    )


async def test_work_that_moves_to_a_smaller_model_is_followed_and_a_replay_changes_nothing(world: World):
    conversation = world.found()
    await world.say("approve", conversation)
    traffic(world, BIG, range(-28, 3), "20")
    traffic(world, SMALL, range(3, 6), "8")
    traffic(world, SMALL_CHAT, range(-28, 6), "1")
    longer = LongerRollups(world.engine)
    longer.sum_changed()
    assert world.ledger.run() == 1
    rows = world.ask("SELECT * FROM savings_ledger ORDER BY day")
    assert [Decimal(0)] * 2 + [Decimal(12)] * 3 == [row["realised_usd"] for row in rows]
    assert {Decimal(10)} == {row["promised_usd"] for row in rows}
    assert {(NOON + 3 * DAY).date()} == {row["seen_from"].date() for row in rows}
    traffic(world, SMALL, range(3, 6), "8")
    longer.sum_changed()
    world.ledger.run()
    assert rows == world.ask("SELECT * FROM savings_ledger ORDER BY day")


async def test_a_shadow_test_copies_requests_and_has_no_ledger(world: World):
    action = {"patch": [{"op": "add", "path": "/shadow", "value": {"provider": "openai", "model": "gpt-5-mini"}}]}
    shadow = replace(FOUND, action=action)
    world.insights.save_opportunities([shadow], NOON)
    insight = plain_insight(shadow, 1, NOON)
    world.insights.save_insight(insight, [])
    await world.say("approve", insight.id)
    traffic(world, BIG, range(-28, 3), "20")
    traffic(world, SMALL, range(1, 3), "8")
    LongerRollups(world.engine).sum_changed()
    assert (world.ledger.run(), world.ask("SELECT * FROM savings_ledger")) == (0, [])


async def test_a_late_row_is_in_the_ledger_and_an_unknown_price_is_null(world: World):
    await world.say("approve", world.found())
    traffic(world, BIG, range(-28, 3), "20")
    longer = LongerRollups(world.engine)
    longer.sum_changed()
    world.ledger.run()
    traffic(world, SMALL, range(1, 2), "10")
    PostgresTelemetryStore(world.engine).write_rollups(
        [rollup(segment=SMALL, minute=NOON + 3 * DAY, cost_usd=None, cost_known=0)]
    )
    longer.sum_changed()
    world.ledger.run()
    rows = world.ask("SELECT realised_usd, requests, requests_compared FROM savings_ledger ORDER BY day")
    assert [(Decimal(10), 200, 200), (Decimal(0), 100, 100), (None, 10, 0)] == [tuple(row.values()) for row in rows]
