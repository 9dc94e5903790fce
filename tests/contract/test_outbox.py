from datetime import timedelta

import pytest

from tests.contract.conftest import World
from tests.contract.samples import NOON, insight, message

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def owing(world: World) -> World:
    """Three messages: a, b and c, in this order."""
    world.insights.save_insight(insight(), [message("a"), message("b"), message("c")])
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
