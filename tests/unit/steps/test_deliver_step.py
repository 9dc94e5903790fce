import asyncio
from datetime import timedelta

import pytest

from coagent.adapters.memory.clock import FixedClock
from coagent.adapters.memory.outbox import MemoryOutbox
from coagent.deliver.backoff import Backoff
from coagent.deliver.outbox_messages import outbox_messages
from coagent.domain.errors import Fatal, Transient
from coagent.domain.insight import OutboxMessage
from coagent.narrate.insights import plain_insight
from coagent.steps.deliver import DeliverStep
from tests.shown_subjects import ONSET, swap


class Mailbox:
    """A notifier that fails as often as it is reported to."""

    channel = "kafka"
    at_once = 64
    pace_s = 0.0

    def __init__(self, *failures: Exception) -> None:
        self._failures = list(failures)
        self.taken: list[str] = []

    async def send(self, message: OutboxMessage) -> None:
        await asyncio.sleep(0)
        if self._failures:
            raise self._failures.pop(0)
        self.taken.append(message.idempotency_key)


class World:
    def __init__(self, mailbox: Mailbox, owed: int = 1) -> None:
        self.outbox, self.clock = MemoryOutbox(), FixedClock(ONSET)
        messages = [outbox_messages(plain_insight(swap(id=f"s-{i}"), 1, ONSET))[0] for i in range(owed)]
        self.keys = [message.idempotency_key for message in messages]
        self.outbox.owe(messages)
        backoff = Backoff(first_s=4.0, attempts=3)
        self.step = DeliverStep(self.outbox, [mailbox], self.clock, lambda: 0.5, backoff)

    @property
    def entry(self):
        return self.outbox.entries[self.keys[0]]


async def test_sends_what_is_owed_once_and_in_order():
    mailbox = Mailbox()
    world = World(mailbox, owed=3)
    assert [3, 0] == [await world.step.run(), await world.step.run()]
    assert world.keys == mailbox.taken
    assert ["sent"] * 3 == [entry.state for entry in world.outbox.entries.values()]


async def test_a_transient_failure_is_tried_again_after_a_jittered_wait():
    mailbox = Mailbox(Transient("busy"), Transient("busy"))
    world = World(mailbox)
    assert 0 == await world.step.run()
    assert (ONSET + timedelta(seconds=3), "busy") == (world.entry.due_at, world.entry.error)
    world.clock.move(timedelta(seconds=2.9))
    assert 0 == await world.step.run()
    world.clock.move(timedelta(seconds=0.1))
    assert 0 == await world.step.run()
    assert world.clock.now() + timedelta(seconds=6) == world.entry.due_at
    world.clock.move(timedelta(seconds=6))
    assert 1 == await world.step.run()
    assert 3 == world.entry.message.attempts


async def test_after_the_last_attempt_it_is_parked():
    world = World(Mailbox(*[Transient("busy")] * 3))
    for _ in range(3):
        await world.step.run()
        world.clock.move(timedelta(minutes=1))
    assert ("parked", "busy") == (world.entry.state, world.entry.error)
    assert 0 == await world.step.run()


@pytest.mark.parametrize(
    ("failure", "error"),
    [(Fatal("no such channel in Slack"), "no such channel in Slack"), (KeyError("x"), "KeyError: 'x'")],
)
async def test_what_no_retry_can_heal_is_parked_and_holds_up_no_other(failure, error):
    mailbox = Mailbox(failure)
    world = World(mailbox, owed=2)
    assert 1 == await world.step.run()
    assert ("parked", error) == (world.entry.state, world.entry.error)
    assert world.keys[1:] == mailbox.taken


async def test_an_unknown_channel_is_parked_with_a_clear_error():
    world = World(Mailbox())
    world.outbox.owe([OutboxMessage(idempotency_key="k", channel="pigeon", insight_id="i", payload=b"")])
    assert 1 == await world.step.run()
    entry = world.outbox.entries["k"]
    assert "parked" == entry.state
    assert "no notifier for channel 'pigeon' (known: kafka): configure one, or drop the message" == entry.error


async def test_a_message_whose_claimer_died_is_sent_after_its_lease():
    mailbox = Mailbox()
    world = World(mailbox)
    world.outbox.claim(10, ONSET)
    assert 0 == await world.step.run()
    world.clock.move(timedelta(minutes=1))
    assert 1 == await world.step.run()


class Slow(Mailbox):
    """Takes nothing until it is let go."""

    channel = "slack"
    at_once = 1

    def __init__(self) -> None:
        super().__init__()
        self.let_go = asyncio.Event()

    async def send(self, message: OutboxMessage) -> None:
        await self.let_go.wait()
        await super().send(message)


async def test_a_channel_that_hangs_delays_no_other():
    mailbox, slow = Mailbox(), Slow()
    world = World(mailbox)
    world.outbox.owe([OutboxMessage(idempotency_key="s", channel="slack", insight_id="i", payload=b"")])
    world.step = DeliverStep(world.outbox, [mailbox, slow], world.clock, lambda: 0.5, Backoff())
    hanging = asyncio.create_task(world.step.run_channel("slack"))
    assert 1 == await world.step.run_channel("kafka")
    slow.let_go.set()
    assert 1 == await hanging


async def test_a_channel_that_asks_for_no_pause_is_not_hammered():
    world = World(Mailbox(*[Transient("busy", retry_after_s=0.0)] * 3))
    assert 0 == await world.step.run()
    assert (1, ONSET + timedelta(seconds=3)) == (world.entry.message.attempts, world.entry.due_at)


async def test_a_channel_gets_the_pause_that_it_asks_for_whatever_it_is_owed():
    mailbox = Mailbox(Transient("busy", retry_after_s=90))
    mailbox.at_once = 1
    world = World(mailbox, owed=3)
    assert [0, 0] == [await world.step.run(), await world.step.run()]
    world.clock.move(timedelta(seconds=89))
    assert 0 == await world.step.run()
    world.clock.move(timedelta(seconds=1))
    assert 3 == await world.step.run()
    assert world.keys[1:] + world.keys[:1] == mailbox.taken or world.keys == mailbox.taken
