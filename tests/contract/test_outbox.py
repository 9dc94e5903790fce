from datetime import timedelta

import pytest

from tests.contract.conftest import World
from tests.contract.samples import NOON, insight, message

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def owing(world: World) -> World:
    """Three messages of three conversations: a, b and c, in this order."""
    world.insights.save_insight(insight(), [message(key, insight_id=key) for key in "abc"])
    return world


def claimed(world: World, at, limit: int = 9) -> list[tuple[str, int]]:
    return [(each.idempotency_key, each.attempts) for each in world.outbox.claim(limit, at)]


def test_a_message_comes_back_as_it_was_owed(world: World) -> None:
    world.insights.save_insight(insight(), [message()])

    assert [message(attempts=1)] == world.outbox.claim(9, NOON)


def test_oldest_first_and_not_more_than_asked(owing: World) -> None:
    assert [("a", 1), ("b", 1)] == claimed(owing, NOON, limit=2)
    assert [("c", 1)] == claimed(owing, NOON, limit=2)


def test_a_claimed_message_is_leased_for_a_minute(owing: World) -> None:
    claimed(owing, NOON)

    assert [] == claimed(owing, NOON + MINUTE - SECOND)
    assert [("a", 2), ("b", 2), ("c", 2)] == claimed(owing, NOON + MINUTE)


def test_a_sent_message_never_comes_back(owing: World) -> None:
    claimed(owing, NOON)
    owing.outbox.mark_sent("b", NOON + SECOND)

    assert [("a", 2), ("c", 2)] == claimed(owing, NOON + MINUTE)


def test_a_failed_message_comes_back_when_it_is_due(owing: World) -> None:
    claimed(owing, NOON)
    owing.outbox.mark_failed("a", "busy", NOON + 5 * SECOND)

    assert [] == claimed(owing, NOON + 4 * SECOND)
    assert [("a", 2)] == claimed(owing, NOON + 5 * SECOND)


def test_a_parked_message_stays_visible_and_is_not_claimed(owing: World) -> None:
    claimed(owing, NOON)
    owing.outbox.mark_failed("a", "no such channel", None)
    owing.outbox.mark_sent("b", NOON)
    owing.outbox.mark_failed("c", "busy", NOON)

    assert [("c", 2)] == claimed(owing, NOON + 60 * MINUTE)
    assert [("a", "parked", "no such channel"), ("b", "sent", None), ("c", "owed", "busy")] == owing.messages()


def test_a_channel_gets_a_conversation_in_order(world: World) -> None:
    keys = [("1", "slack"), ("2", "slack"), ("3", "slack:#ops"), ("4", "kafka")]
    world.insights.save_insight(insight(), [message(key, channel=channel) for key, channel in keys])

    assert [("1", 1), ("3", 1), ("4", 1)] == claimed(world, NOON)
    world.outbox.mark_failed("1", "busy", NOON + 5 * MINUTE)
    assert [] == [each for each in claimed(world, NOON + 4 * MINUTE) if each[0] in "12"]
    world.outbox.mark_sent("1", NOON)
    assert ("2", 1) in claimed(world, NOON + 6 * MINUTE)


def test_what_is_parked_holds_up_nothing(world: World) -> None:
    world.insights.save_insight(insight(), [message("1"), message("2")])
    assert [("1", 1)] == claimed(world, NOON)
    world.outbox.mark_failed("1", "no such channel", None)

    assert [("2", 1)] == claimed(world, NOON)


def test_one_kind_of_channel_is_claimed_with_all_its_targets(world: World) -> None:
    keys = [("1", "slack"), ("2", "slack:#ops"), ("3", "slacker")]
    world.insights.save_insight(insight(), [message(key, channel=channel) for key, channel in keys])

    assert {"slack", "slacker"} == world.outbox.kinds()
    assert ["1", "2"] == [each.idempotency_key for each in world.outbox.claim(9, NOON, "slack")]


def test_what_is_due_later_waits(world: World) -> None:
    world.insights.save_insight(insight(), [message("1", due_at=NOON + MINUTE), message("2", insight_id="x")])

    assert [("2", 1)] == claimed(world, NOON + MINUTE - SECOND)
    world.outbox.mark_sent("2", NOON)
    assert [("1", 1)] == claimed(world, NOON + MINUTE)
