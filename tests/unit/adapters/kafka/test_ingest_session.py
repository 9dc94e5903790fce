import json
from threading import Event

import pytest
from confluent_kafka import KafkaError

from coagent.adapters.kafka import ingest_session
from coagent.adapters.kafka.ingest_session import MOST_WAITING, IngestSession
from coagent.adapters.kafka.internal_codec import BATCHES
from coagent.adapters.kafka.internal_codec import INTAKE as INTAKE_CODEC
from coagent.adapters.kafka.record import Record
from coagent.domain.errors import Transient
from coagent.domain.intake import Intake
from coagent.domain.topics import DEADLETTER, INTAKE, REQUESTS
from coagent.ingest.options import DecodeOptions
from coagent.steps.ingest import IngestStep
from tests.unit.adapters.kafka.fakes import SOURCE, FakeConsumer, FakeMessage, FakeProducer

EPOCH_S = 1_800_000_000.0


class World:
    """A session on fakes, and its clock."""

    def __init__(self, *script: list) -> None:
        self.now = EPOCH_S
        self.consumer = FakeConsumer(*script)
        self.producer = FakeProducer()
        step = IngestStep(
            options=DecodeOptions(), prices=None, flush_rows=4, flush_age_s=10.0, max_rows=1000, max_segments=10
        )
        self.session = IngestSession(self.consumer.joined, self.producer, step, lambda: self.now, "run-1", commit_s=0.5)

    def sent(self, *topics: str) -> list[Record]:
        return [record for record in self.producer.sent if record.topic in (topics or (REQUESTS, DEADLETTER))]

    def intake(self) -> list[Intake]:
        return [INTAKE_CODEC.decode(record.value, record.headers) for record in self.sent(INTAKE)]

    def turns(self, number: int) -> None:
        for _ in range(number):
            self.now += 1
            self.session.turn()


def read(first: int, rows: int, model: str = "gpt-4") -> list:
    request = {"time": EPOCH_S - 60, "provider": "openai", "request_model": model}
    value = json.dumps(request).encode()
    return [(SOURCE, [FakeMessage(offset, value) for offset in range(first, first + rows)])]


def test_offsets_are_committed_only_when_kafka_has_taken_the_batch() -> None:
    world = World(read(0, 4))
    world.turns(2)
    assert world.consumer.committed == []
    world.producer.flush()
    world.turns(1)
    assert world.consumer.committed == [{SOURCE: 4}]


def test_a_later_batch_does_not_overtake_an_earlier_one() -> None:
    world = World(read(0, 4), read(4, 4))
    world.turns(2)
    world.producer.take(1)
    world.turns(1)
    assert world.consumer.committed == []


def test_rows_that_still_wait_for_their_batch_are_not_committed() -> None:
    world = World(read(0, 4), read(4, 2, "gpt-5"))
    world.turns(3)
    world.producer.flush()
    world.turns(2)
    assert world.consumer.committed == [{SOURCE: 4}]


def test_what_is_read_travels_as_a_batch_keyed_by_segment() -> None:
    world = World(read(10, 4))
    world.turns(1)
    [record] = world.producer.sent
    batch = BATCHES.decode(record.value, record.headers)
    assert (record.topic, record.key) == (REQUESTS, batch.segment.key())
    assert (batch.rows, batch.first_offset, batch.last_offset, batch.source) == (4, 10, 13, SOURCE)


def test_a_bad_record_becomes_a_dead_letter_and_is_committed() -> None:
    world = World([(SOURCE, [FakeMessage(0, b"{nonsense")])])
    world.turns(1)
    assert [record.topic for record in world.producer.sent] == [DEADLETTER]
    world.producer.flush()
    world.turns(1)
    assert world.consumer.committed == [{SOURCE: 1}]


def test_partitions_go_away_with_everything_sent_and_committed() -> None:
    world = World(read(0, 2))
    world.turns(1)
    world.consumer.revoke()
    assert [BATCHES.decode(record.value, record.headers).rows for record in world.sent()] == [2]
    assert world.consumer.committed[-1] == {SOURCE: 2}


def test_lost_partitions_are_neither_sent_nor_committed() -> None:
    world = World(read(0, 2))
    world.turns(1)
    world.consumer.committed.clear()
    world.consumer.lose()
    world.turns(20)
    assert world.sent() == []
    assert world.consumer.committed == []


def test_nothing_more_is_read_while_kafka_takes_nothing() -> None:
    world = World(read(0, 4), read(4, 4))
    world.turns(1)
    world.producer.deliveries[0].waiting = MOST_WAITING + 1
    world.turns(3)
    assert len(world.consumer.script) == 1


def test_nothing_more_is_read_while_kafka_has_not_taken_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(read(0, 4), read(4, 4), read(8, 4), read(12, 4))
    world.turns(1)
    monkeypatch.setattr(ingest_session, "MOST_WAITING_BYTES", len(world.producer.sent[0].value) + 1)
    world.turns(3)
    assert len(world.consumer.script) == 2
    world.producer.flush()
    world.turns(2)
    assert len(world.consumer.script) == 1


def test_an_orderly_stop_sends_and_commits_everything() -> None:
    world = World(read(0, 2))
    world.turns(1)
    stop = Event()
    stop.set()
    world.session.run(stop)
    assert world.consumer.committed[-1] == {SOURCE: 2}
    assert world.consumer.closed


def test_what_is_skipped_and_rejected_is_reported_by_its_reason(caplog: pytest.LogCaptureFixture) -> None:
    messages = [b'{"resourceSpans": []}', b"{"]
    world = World([(SOURCE, [FakeMessage(offset, value) for offset, value in enumerate(messages)])])
    world.turns(1)
    stop = Event()
    stop.set()
    with caplog.at_level("INFO"):
        world.session.run(stop)
    assert "{'no_spans': 1}" in caplog.text
    assert "{'invalid_json': 1}" in caplog.text
    assert "sent 0 rows in 0 batches, and 1 dead letters" in caplog.text


def test_what_was_read_is_reported_every_few_seconds_and_at_the_end_and_only_what_is_new() -> None:
    world = World(read(0, 4), [(SOURCE, [FakeMessage(4, b"{")])])
    world.turns(2)
    assert world.intake() == []
    world.turns(6)
    [reported] = world.intake()
    assert (reported.run, reported.counts.topic, reported.counts.read, reported.counts.accepted) == (
        "run-1",
        SOURCE.topic,
        5,
        4,
    )
    assert [(one.kind, one.reason, one.count, str(one.first)) for one in reported.counts.reasons] == [
        ("rejected", "invalid_json", 1, "llm.telemetry[0]@4")
    ]
    world.turns(20)
    assert len(world.intake()) == 1
    world.consumer.script.append(read(5, 1))
    world.turns(1)
    world.consumer.revoke()
    last = world.intake()[-1]
    assert last.counts.read == 6
    assert last.sequence > reported.sequence
    assert last.id == reported.id


def test_after_a_refusal_nothing_is_committed() -> None:
    world = World(read(0, 4))

    class Refused:
        def code(self) -> int:
            return KafkaError.BROKER_NOT_AVAILABLE

        def str(self) -> str:
            return "no"

    world.turns(1)
    world.producer.deliveries[0].error = Refused()
    with pytest.raises(Transient, match="did not take a record: no"):
        world.session.run(Event())
    assert world.consumer.committed == []
    assert world.producer.abandoned
    assert world.consumer.closed
