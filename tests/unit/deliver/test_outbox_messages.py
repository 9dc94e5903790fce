from datetime import timedelta

import msgspec
import pytest

from coagent.deliver.backoff import Backoff
from coagent.deliver.outbox_messages import outbox_messages
from coagent.domain.insight import Insight
from coagent.narrate.insights import plain_insight
from tests.shown_subjects import ONSET, swap


def test_an_insight_owes_one_event_a_sequence():
    insight = plain_insight(swap(), 3, ONSET)
    (message,) = outbox_messages(insight)
    assert (f"{insight.id}:3:kafka", "kafka", insight.id, 0) == (
        message.idempotency_key,
        message.channel,
        message.insight_id,
        message.attempts,
    )
    assert insight == msgspec.json.decode(message.payload, type=Insight)
    assert outbox_messages(plain_insight(swap(), 4, ONSET))[0].idempotency_key != message.idempotency_key


@pytest.mark.parametrize(
    ("attempt", "jitter", "seconds"), [(1, 0.0, 0.5), (1, 1.0, 1.0), (2, 1.0, 2.0), (4, 0.5, 6.0), (12, 1.0, 300.0)]
)
def test_waits_grow_to_a_cap(attempt, jitter, seconds):
    assert timedelta(seconds=seconds) == Backoff().wait(attempt, lambda: jitter)


def test_gives_up_in_the_end():
    assert Backoff(attempts=3).wait(2, lambda: 0.0) is not None
    assert Backoff(attempts=3).wait(3, lambda: 0.0) is None
