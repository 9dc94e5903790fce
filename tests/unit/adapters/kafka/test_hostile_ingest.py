"""No message stops ingest: each is committed, with the rows that it held or with a dead letter that Kafka takes."""

import random

import pytest

from coagent.adapters.kafka.dead_letter_codec import decode_dead_letter
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.topics import MAX_MESSAGE_BYTES
from coagent.domain.topics import DEADLETTER, REQUESTS
from tests.unit.adapters.kafka.fakes import SOURCE, FakeMessage
from tests.unit.adapters.kafka.test_ingest_session import World
from tests.unit.ingest.test_fuzz import mutated

COUNT, AT_ONCE = 800, 50
LARGE = [
    b'{"time":1795000000,"provider":"p","request_model":"m","x":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
    b'{"time":1795000000,"provider":"p","request_model":"m","input_tokens":' + b"9" * 100_000 + b"}",
    b"\xff" * 4_190_000,
    b"{" * 4_190_000,
    b"",
]


@pytest.mark.parametrize("seed", [1, 2])
def test_every_hostile_message_is_accounted_for_and_committed(seed: int) -> None:
    rng = random.Random(seed)
    values = [*LARGE, *(mutated(rng) for _ in range(COUNT)), *LARGE]
    chunks = [
        [FakeMessage(offset, values[offset]) for offset in range(start, min(len(values), start + AT_ONCE))]
        for start in range(0, len(values), AT_ONCE)
    ]
    world = World(*([(SOURCE, chunk)] for chunk in chunks))
    for _ in range(len(chunks) + 30):
        world.turns(1)
        world.producer.flush()

    rows = sum(BATCHES.decode(record.value, record.headers).rows for record in world.sent(REQUESTS))
    letters = [decode_dead_letter(record.value, record.headers) for record in world.sent(DEADLETTER)]
    assert world.consumer.committed[-1] == {SOURCE: len(values)}
    assert world.session.counters.messages == len(values)
    assert rows == world.session.counters.rows > COUNT // 10
    assert len({letter.offset for letter in letters}) > COUNT // 10
    assert all(
        len(record.value) + sum(len(name) + len(value) for name, value in record.headers) < MAX_MESSAGE_BYTES
        for record in world.sent()
    )
