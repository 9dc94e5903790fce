"""From insights and words in a real database to the messages that channels are owed."""

from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, text

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.insight_store import PostgresInsightStore
from coagent.deliver.policy import DEFAULT, DigestTime, Escalation, Grouping, Policy, QuietHours, Route, When
from coagent.domain.command import Command
from coagent.domain.insight import Provenance
from coagent.domain.money import MoneyRange
from coagent.domain.notice import Notice, Word
from coagent.narrate.insights import plain_insight
from coagent.steps.route import RouteStep
from tests.contract.samples import opportunity
from tests.shown_subjects import ONSET, swap

HOUR = timedelta(hours=1)
EVERYWHERE = Policy(routes=[Route(name="all")])
UNKNOWN = replace(swap().cause, family="unknown", kind="unknown")


class World:
    def __init__(self, engine: Engine, policy: Policy = EVERYWHERE, channels: tuple[str, ...] = ("slack", "github")):
        self.engine, self.clock, self.said = engine, FixedClock(ONSET + HOUR), []
        self.insights, self.conversations = PostgresInsightStore(engine), PostgresConversations(engine)
        self.shifts = {}
        self.step = RouteStep(
            store=self.conversations,
            policy=policy,
            configured=channels,
            commands=self,
            shift=self.shifts.get,
            clock=self.clock,
        )

    def say(self, command: Command) -> None:
        self.said.append(command)

    def found(self, sequence: int = 1, **changes) -> str:
        shift = swap(sequence=sequence, **changes)
        self.shifts[shift.id] = shift
        insight = plain_insight(shift, sequence, self.clock.now())
        self.insights.save_insight(insight, [])
        return insight.id

    async def owed(self) -> list[tuple[str, str]]:
        """(channel, stage) of what this look owes."""
        await self.step.run()
        return [(channel, notice.stage) for channel, notice in self.taken()]

    def taken(self) -> list[tuple[str, Notice]]:
        query = text("DELETE FROM coagent.outbox RETURNING position, channel, payload")
        with transaction(self.engine) as connection:
            rows = sorted(connection.execute(query).all())
        return [(row.channel, msgspec.json.decode(row.payload, type=Notice)) for row in rows]

    def word(self, kind: str, conversation: str, **changes) -> None:
        values = {"id": f"{kind}-1", "by": "ann", "via": "slack", "at": self.clock.now(), **changes}
        self.conversations.add_word(Word(kind=kind, conversation=conversation, **values))


@pytest.fixture
def world(postgres_engine: Engine) -> World:
    return World(postgres_engine)


async def test_other_words_for_the_same_are_shown_in_place_and_notify_nobody(world: World):
    conversation = world.found()
    await world.owed()
    insight = world.insights.insight(conversation)
    world.insights.save_insight(
        replace(insight, edition=1, title="In other words", provenance=Provenance(model="m")), []
    )
    await world.step.run()
    shown = world.taken()
    assert ["slack", "github"] == [channel for channel, _ in shown]
    assert {("In other words", True)} == {(notice.title, notice.is_silent) for _, notice in shown}
    assert [] == await world.owed()


async def test_one_finding_is_one_conversation_and_quiet_without_news(world: World):
    world.found()
    assert [("slack", "opened"), ("github", "opened")] == await world.owed()
    assert [] == await world.owed()
    world.found(2, updated=swap().raised)
    assert [] == await world.owed()
    world.found(3, cause=replace(swap().cause, kind="capacity"))
    assert [("slack", "updated"), ("github", "updated")] == await world.owed()
    world.found(4, status="recovered", cause=replace(swap().cause, kind="capacity"))
    assert [("slack", "recovered"), ("github", "recovered")] == await world.owed()
    world.found(5, cause=replace(swap().cause, kind="capacity"))
    await world.step.run()
    (_, slack), (_, github) = world.taken()
    assert ("reopened", 4) == (slack.stage, slack.revision) == (github.stage, github.revision)


async def test_a_persons_word_is_shown_everywhere_with_who_and_when(world: World):
    conversation = world.found()
    await world.owed()
    world.word("acknowledge", conversation)
    world.word("acknowledge", conversation)
    await world.step.run()
    taken = world.taken()
    assert ["slack", "github"] == [channel for channel, _ in taken]
    assert {("acknowledged", "ann", "slack")} == {(one.stage, one.word.by, one.word.via) for _, one in taken}
    world.found(2, cause=replace(swap().cause, kind="capacity"))
    assert [] == await world.owed(), "acknowledged: quiet"
    world.clock.move(25 * HOUR)
    assert [("slack", "reminded"), ("github", "reminded")] == await world.owed()


@pytest.mark.parametrize("word", ["acknowledge", "snooze"])
async def test_what_begins_to_page_is_told_though_people_wanted_quiet(world: World, word: str):
    conversation = world.found(page=False, cause=UNKNOWN)
    await world.owed()
    world.word(word, conversation)
    await world.owed()
    world.found(2, page=False, cause=replace(swap().cause, kind="capacity"))
    assert [] == await world.owed()
    world.found(3)
    assert [("slack", "updated"), ("github", "updated")] == await world.owed()


async def test_what_is_no_opportunity_is_not_shown_as_approved(world: World):
    conversation = world.found()
    await world.owed()
    world.word("approve", conversation)
    assert [] == await world.owed()
    world.word("acknowledge", conversation)
    assert [("slack", "acknowledged"), ("github", "acknowledged")] == await world.owed()


async def test_accept_becomes_the_command_of_the_command_line_and_is_reported_with_who(world: World):
    conversation = world.found()
    await world.owed()
    world.word("accept", conversation, reason="as ordered")
    assert [] == await world.owed()
    (command,) = world.said
    assert ("accept-1", "ann", "as ordered", swap().id, 1277) == (
        *(command.id, command.by, command.reason, command.shift, command.row),
    )
    with transaction(world.engine) as connection:
        connection.execute(
            text(
                'INSERT INTO coagent.commands (id, kind, at, by, reason, shift_id, cluster, partition, "offset") '
                "VALUES ('accept-1', 'accept', now(), 'ann', 'as ordered', :shift, 'c', 0, 1)"
            ),
            {"shift": swap().id},
        )
    world.found(2, status="accepted")
    await world.step.run()
    (_, slack), _ = world.taken()
    assert ("accepted", "ann", "slack", "as ordered") == (
        *(slack.stage, slack.word.by, slack.word.via, slack.word.reason),
    )


async def test_what_ended_cannot_be_accepted(world: World, caplog):
    conversation = world.found()
    world.found(2, status="recovered")
    await world.owed()
    world.word("accept", conversation)
    await world.owed()
    assert [] == world.said
    assert "accept of" in caplog.text


async def test_many_of_one_provider_are_one_message_with_a_table(world: World):
    for number in range(40):
        world.found(id=f"{number:016x}-1")
    await world.step.run()
    (channel, slack), (_, github) = world.taken()
    assert ("slack", "opened", 40) == (channel, slack.stage, len(slack.members))
    assert slack.members == github.members
    for number in range(40, 100):
        world.found(id=f"{number:016x}-1")
    assert [] == await world.owed(), "the table is renewed once a minute"
    world.clock.move(timedelta(minutes=1))
    await world.step.run()
    (_, slack), _ = world.taken()
    assert ("updated", ["100 findings now, 40 before."]) == (slack.stage, slack.news)
    for number in range(100):
        world.found(2, id=f"{number:016x}-1", status="recovered")
    world.clock.move(timedelta(minutes=1))
    assert [("slack", "recovered"), ("github", "recovered")] == await world.owed()


async def test_a_word_about_a_group_that_is_forgotten_holds_up_nothing(world: World):
    for number in range(3):
        world.found(id=f"{number:016x}-1")
    await world.step.run()
    (_, opened), _ = world.taken()
    with transaction(world.engine) as connection:
        connection.execute(text("DELETE FROM coagent.insights"))
    world.word("acknowledge", opened.conversation)
    world.clock.move(HOUR)
    world.found(id="1111111111111111-2")
    assert [("slack", "opened"), ("github", "opened")] == await world.owed()
    assert [] == world.conversations.words(9)


async def test_what_pages_nobody_waits_for_the_digest(postgres_engine: Engine):
    world = World(postgres_engine, replace(DEFAULT, digest=DigestTime(at="09:00", zone="Europe/Berlin")), ("slack",))
    for number in range(3):
        world.found(id=f"{number:016x}-1", page=False, cause=UNKNOWN)
    assert [] == await world.owed()
    world.clock.move(18 * HOUR)
    await world.step.run()
    ((_, digest),) = world.taken()
    assert ("digest", 3, "3 findings that page nobody") == (digest.stage, len(digest.members), digest.title)
    world.clock.move(24 * HOUR)
    assert [] == await world.owed()


async def test_what_begins_to_page_leaves_the_digest(postgres_engine: Engine):
    world = World(postgres_engine, DEFAULT, ("slack",))
    world.found(page=False, cause=UNKNOWN)
    assert [] == await world.owed()
    world.found(2)
    assert [("slack", "updated")] == await world.owed()


async def test_nobody_acknowledged_so_others_are_notified(postgres_engine: Engine):
    route = Route(name="all", to=["slack"], escalate=Escalation(after="30m", to=["pagerduty"]))
    world = World(postgres_engine, Policy(routes=[route]), ("slack", "pagerduty"))
    conversation = world.found()
    world.found(id="1111111111111111-2")
    assert [("slack", "opened")] * 2 == await world.owed()
    world.word("acknowledge", conversation)
    await world.owed()
    world.clock.move(HOUR / 2)
    assert [("slack", "escalated"), ("pagerduty", "escalated")] == await world.owed()
    assert [] == await world.owed()


async def test_many_in_one_message_are_escalated_as_one(postgres_engine: Engine):
    route = Route(name="all", to=["slack"], escalate=Escalation(after="30m", to=["pagerduty"]))
    world = World(postgres_engine, Policy(routes=[route]), ("slack", "pagerduty"))
    for number in range(40):
        world.found(id=f"{number:016x}-1")
    await world.step.run()
    ((_, opened),) = world.taken()
    world.clock.move(HOUR / 2)
    assert [("slack", "escalated"), ("pagerduty", "escalated")] == await world.owed()
    assert [] == await world.owed()
    world.word("acknowledge", opened.conversation)
    assert [("slack", "acknowledged"), ("pagerduty", "acknowledged")] == await world.owed()


async def test_what_joins_an_acknowledged_group_is_not_escalated(postgres_engine: Engine):
    route = Route(name="all", to=["slack"], escalate=Escalation(after="30m", to=["pagerduty"]))
    world = World(postgres_engine, Policy(routes=[route]), ("slack", "pagerduty"))
    for number in range(3):
        world.found(id=f"{number:016x}-1")
    await world.step.run()
    ((_, opened),) = world.taken()
    world.word("acknowledge", opened.conversation)
    world.found(id=f"{9:016x}-1")
    await world.owed()
    world.clock.move(HOUR)
    assert "escalated" not in [stage for _, stage in await world.owed()]


async def test_quiet_hours_and_limits(postgres_engine: Engine):
    quiet = QuietHours(begin="22:00", end="07:00", zone="UTC")
    policy = Policy(routes=[Route(name="all")], quiet_hours=quiet, limits={"slack": 2}, group=Grouping(at_least=99))
    world = World(postgres_engine, policy, ("slack",))
    world.clock.move(8 * HOUR)
    assert 23 == world.clock.now().hour
    world.found()
    for number in range(4):
        world.found(id=f"{number:016x}-1", page=False, cause=UNKNOWN)
    await world.step.run()
    with transaction(postgres_engine) as connection:
        rows = connection.execute(text("SELECT due_at FROM coagent.outbox ORDER BY position")).scalars().all()
    assert 1 == sum(due.year == 1 for due in rows), "the page goes out at once"
    assert [7, 7] == [due.hour for due in rows if due.year != 1], "two wait for the morning, the rest for the digest"
    assert 2 == len(world.conversations.waiting())


async def test_a_route_that_does_not_fit_says_why(world: World):
    world = World(world.engine, Policy(routes=[Route(name="x", when=When(provider="anthropic"))]))
    world.found()
    assert [] == await world.owed()


def proposed(world: World, sequence: int = 1, usd: int = 300) -> str:
    money = MoneyRange(Decimal(usd) / 2, Decimal(usd), Decimal(usd) * 2)
    found = plain_insight(opportunity(monthly_savings_usd=money), sequence, world.clock.now())
    world.insights.save_insight(found, [])
    return found.id


async def test_a_decision_about_an_opportunity_ends_its_conversation_in_every_channel(world: World):
    conversation = proposed(world)
    opened = {channel for channel, _ in await world.owed()}
    world.word("approve", conversation)
    await world.step.run()
    shown = world.taken()
    assert {channel for channel, _ in shown} == opened
    assert all((one.stage, one.over, one.actions) == ("approved", True, ["reject"]) for _, one in shown)
    proposed(world, sequence=2, usd=3000)
    assert await world.owed() == [], "it is decided"


async def test_what_was_rejected_comes_back_where_its_figures_changed(world: World):
    conversation = proposed(world)
    await world.owed()
    world.word("reject", conversation)
    assert {stage for _, stage in await world.owed()} == {"rejected"}
    proposed(world, sequence=2, usd=3000)
    await world.step.run()
    assert {(one.stage, one.over, *one.news) for _, one in world.taken()} == {
        ("reopened", False, "Cost changed: -10 USD per day → -100 USD per day.")
    }
