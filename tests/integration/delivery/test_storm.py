"""Ten thousand findings in a minute: grouped they are few messages; ungrouped none is lost, doubled or out of order."""

import random
from collections import Counter, defaultdict
from datetime import timedelta

import pytest
from msgspec.structs import replace
from sqlalchemy import Engine, insert, text

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.postgres.conversations import PostgresConversations
from coagent.adapters.postgres.engine import transaction
from coagent.adapters.postgres.outbox import PostgresOutbox
from coagent.adapters.postgres.rows import insight_row
from coagent.adapters.postgres.tables import insights
from coagent.adapters.postgres.telemetry_store import write_segments
from coagent.deliver.backoff import Backoff
from coagent.deliver.policy import Policy, Route
from coagent.domain.errors import Transient
from coagent.domain.insight import OutboxMessage
from coagent.steps.deliver import DeliverStep
from coagent.steps.route import RouteStep
from tests.notices import AT, shift_insight

CHANNELS = ("slack", "github", "webhook")
SLOW = [pytest.mark.slow, pytest.mark.timeout(900)]
SIZES = [300, pytest.param(10_000, marks=SLOW)]


def store(engine: Engine, numbers: range) -> None:
    """Findings of one provider and cause, a third of which page nobody."""
    pattern = shift_insight()
    found = [
        replace(pattern, id=f"{number:016x}", subject_id=f"{number:016x}-1", page=number % 3 > 0) for number in numbers
    ]
    with transaction(engine) as connection:
        write_segments(connection, [pattern.segment])
        connection.execute(insert(insights), [insight_row(one) for one in found])


class Nowhere:
    """No command is said in a storm."""

    def say(self, command) -> None:
        raise AssertionError(command)


@pytest.mark.parametrize("findings", SIZES)
async def test_grouping_makes_few_messages_of_many_findings(postgres_engine: Engine, findings: int):
    clock = FixedClock(AT)
    step = RouteStep(
        store=PostgresConversations(postgres_engine),
        policy=Policy(routes=[Route(name="all")]),
        configured=CHANNELS,
        commands=Nowhere(),
        shift=lambda _: None,
        clock=clock,
    )
    each = findings // 50
    for second in range(60):
        if second < 50:
            store(postgres_engine, range(second * each, (second + 1) * each))
        await step.run()
        clock.move(timedelta(seconds=1))
    await step.run()
    with transaction(postgres_engine) as connection:
        owed = connection.execute(text("SELECT count(*) FROM coagent.outbox")).scalar_one()
        missing = connection.execute(
            text(
                "SELECT count(*) FROM coagent.insights i LEFT JOIN coagent.conversations c USING (id) "
                "WHERE c.id IS NULL OR (c.group_id IS NULL AND (c.state->>'revision')::int = 0)"
            )
        ).scalar_one()
        shown = connection.execute(
            text(
                "SELECT convert_from(payload, 'UTF8')::jsonb -> 'fields' -> 0 ->> 'value' FROM coagent.outbox "
                "ORDER BY position DESC LIMIT 1"
            )
        ).scalar_one()
    assert owed < 20
    assert 0 == missing
    assert f"{findings:,}" == shown


class Flaky:
    """A channel that fails three times in ten: before the effect, or after it, when the answer is lost."""

    at_once, pace_s = 64, 1.0

    def __init__(self, channel: str, clock: FixedClock, random_: random.Random) -> None:
        self.channel, self._clock, self._random = channel, clock, random_
        self.tried: list[OutboxMessage] = []
        self.taken: dict[str, list[str]] = defaultdict(list)
        self.by_second: Counter[int] = Counter()

    async def send(self, message: OutboxMessage) -> None:
        self.by_second[int(self._clock.now().timestamp())] += 1
        luck = self._random.random()
        if luck < 0.2:
            raise Transient("busy")
        if message.idempotency_key not in self.taken[message.insight_id]:  # as each channel recognizes what it has
            self.taken[message.insight_id].append(message.idempotency_key)
        if luck < 0.3:
            raise Transient("the answer is lost")


@pytest.mark.parametrize("findings", SIZES)
async def test_nothing_is_lost_doubled_or_out_of_order(postgres_engine: Engine, findings: int):
    clock = FixedClock(AT)
    owed = [
        OutboxMessage(
            idempotency_key=f"{number}:{revision}:{channel}", channel=channel, insight_id=str(number), payload=b"{}"
        )
        for revision in (1, 2)
        for number in range(findings // 2)
        for channel in CHANNELS
    ]
    PostgresConversations(postgres_engine).save([], owed)
    channels = [Flaky(name, clock, random.Random(place)) for place, name in enumerate(CHANNELS)]

    async def sleep(seconds: float) -> None:
        clock.move(timedelta(seconds=seconds))

    backoff = Backoff(first_s=1.0, longest_s=8.0, attempts=40)
    step = DeliverStep(PostgresOutbox(postgres_engine), channels, clock, random.Random(7).random, backoff, sleep=sleep)
    sent = 0
    while sent < len(owed):
        sent += await step.run()
        clock.move(timedelta(seconds=1))
    assert len(owed) == sent
    for channel in channels:
        assert {str(number) for number in range(findings // 2)} == set(channel.taken)
        assert all(
            [f"{one}:1:{channel.channel}", f"{one}:2:{channel.channel}"] == keys for one, keys in channel.taken.items()
        )
        assert max(channel.by_second.values()) <= 64 * len(CHANNELS), "the clock is shared by three channels"
