from collections.abc import Sequence
from datetime import timedelta
from threading import Event
from typing import Any

import pytest

from coagent.adapters.kafka.cloudevents import encode_event
from coagent.adapters.kafka.command_codec import encode_command
from coagent.adapters.kafka.dead_letter_codec import encode_dead_letter, encode_retried
from coagent.adapters.kafka.internal_codec import DETECTORS as DETECTOR_CODEC
from coagent.adapters.kafka.internal_codec import INTAKE as INTAKE_CODEC
from coagent.adapters.kafka.internal_codec import REVIEW_POOLS
from coagent.adapters.kafka.label_codec import encode_label
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.sink_session import SinkSession
from coagent.domain.batch import Source
from coagent.domain.errors import Transient, Unacceptable
from coagent.domain.label import SaidOfRequest
from coagent.domain.rejected import DeadLetter
from coagent.domain.topics import CONTROL, DEADLETTER, DETECTORS, INTAKE, LABELS, REVIEW, ROLLUPS, SHIFTS
from tests.contract.samples import (
    NOON,
    dead_letter,
    detectors,
    dismissed,
    intake,
    label,
    review_pool,
    rollup,
    said,
    shift,
    user_report,
)
from tests.unit.adapters.kafka.fakes import FakeConsumer, FakeMessage


class Store:
    """Away for the first `failures` writes."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.written: list[Any] = []
        self.letters: list[DeadLetter] = []
        self.refused: list[Any] = []

    def __call__(self, values: Sequence[Any]) -> None:
        if self.failures:
            self.failures -= 1
            raise Transient("the database is away")
        if any(value in self.refused for value in values):
            raise Unacceptable("numeric field overflow")
        self.written += values


def read(topic: str, *records: Record) -> tuple[Source, list[FakeMessage]]:
    messages = [FakeMessage(offset, record.value, record.headers) for offset, record in enumerate(records)]
    return Source("main", topic, 0), messages


def session(store: Store, *script: list) -> tuple[SinkSession, FakeConsumer]:
    consumer = FakeConsumer(*script)
    return SinkSession(lambda: consumer, store, store.letters.extend, lambda: 0.0), consumer


def test_each_topic_is_read_in_its_own_way() -> None:
    store = Store()
    events = read(SHIFTS, encode_event(shift()), encode_event(dismissed()))
    sink, consumer = session(
        store, [events, read(ROLLUPS, encode_event(rollup())), read(DEADLETTER, encode_dead_letter(dead_letter()))]
    )
    sink.turn(Event())
    assert store.written == [shift(), dismissed(), rollup(), dead_letter()]
    assert consumer.committed == [
        {Source("main", SHIFTS, 0): 2, Source("main", ROLLUPS, 0): 1, Source("main", DEADLETTER, 0): 1}
    ]


def test_detectors_and_commands_are_read_with_their_place() -> None:
    store = Store()
    reported = Record(DETECTORS, b"k", DETECTOR_CODEC.encode(detectors()), DETECTOR_CODEC.headers)
    said_here = encode_command(said().command)
    by_hand = Record(CONTROL, b"k", b'{"kind": "nonsense"}')
    counts = Record(INTAKE, b"k", INTAKE_CODEC.encode(intake()), INTAKE_CODEC.headers)
    sink, _ = session(store, [read(DETECTORS, reported), read(CONTROL, by_hand, said_here), read(INTAKE, counts)])
    sink.turn(Event())
    assert store.written == [detectors(), said(offset=1), intake()]
    assert sink.counters["undecodable"] == 1


def test_the_mark_of_a_message_sent_again_is_nothing_to_keep() -> None:
    store = Store()
    sink, consumer = session(store, [read(DEADLETTER, encode_retried(dead_letter().origin))])
    sink.turn(Event())
    assert (store.written, dict(sink.counters)) == ([], {})
    assert consumer.committed == [{Source("main", DEADLETTER, 0): 1}]


def test_a_poisonous_message_is_counted_and_left_behind() -> None:
    store = Store()
    poison = Record(ROLLUPS, None, b"\x00", [("ce_type", b"dev.coagent.rollup.v1")])
    sink, consumer = session(store, [read(ROLLUPS, poison, encode_event(rollup()), Record(ROLLUPS, None, b""))])
    sink.turn(Event())
    assert store.written == [rollup()]
    assert sink.counters["undecodable"] == 2
    assert consumer.committed == [{Source("main", ROLLUPS, 0): 3}]


def test_what_the_store_never_takes_is_found_among_the_rest_and_becomes_a_dead_letter() -> None:
    store = Store(failures=1)
    good = [rollup(part=str(number)) for number in range(7)]
    store.refused = [rollup(part="bad"), rollup(part="worse")]
    values = [*good[:3], store.refused[0], *good[3:], store.refused[1]]
    sink, consumer = session(store, [read(ROLLUPS, *map(encode_event, values))])
    sink.turn(Event())
    assert store.written == good
    assert [(letter.offset, letter.reason) for letter in store.letters] == [(3, "unacceptable"), (8, "unacceptable")]
    assert "numeric field overflow" in store.letters[0].detail
    assert consumer.committed == [{Source("main", ROLLUPS, 0): 9}]


def test_a_mark_without_origin_is_a_dead_letter_and_a_letter_about_a_letter_is_the_last() -> None:
    store = Store()
    mark = Record(DEADLETTER, None, b"", [("coagent-retried", b"1")])
    sink, _ = session(store, [read(DEADLETTER, mark)])
    sink.turn(Event())
    [letter] = store.letters
    again, _ = session(store, [read(DEADLETTER, encode_dead_letter(letter))])
    again.turn(Event())
    assert (store.letters, store.written) == ([letter], [letter])


def test_where_no_dead_letter_can_be_sent_nothing_is_committed() -> None:
    def away(_letters: Sequence[DeadLetter]) -> None:
        raise Transient("Kafka is away")

    consumer = FakeConsumer([read(ROLLUPS, Record(ROLLUPS, None, b""))])
    with pytest.raises(Transient):
        SinkSession(lambda: consumer, Store(), away, lambda: 0.0).turn(Event())
    assert consumer.committed == []


def test_while_the_store_is_away_the_same_values_wait() -> None:
    store = Store(failures=3)
    sink, consumer = session(store, [read(ROLLUPS, encode_event(rollup()))])
    sink.turn(Event())
    assert store.written == [rollup()]
    assert (consumer.idled, sink.counters["retries"]) == (3, 3)
    assert consumer.committed == [{Source("main", ROLLUPS, 0): 1}]


def test_a_stop_while_the_store_is_away_commits_nothing() -> None:
    stop = Event()
    sink, consumer = session(Store(failures=10), [read(ROLLUPS, encode_event(rollup()))])
    stop.set()
    sink.turn(stop)
    assert consumer.committed == []


def test_labels_and_pools_are_read_and_a_label_of_days_to_come_is_refused_without_its_words() -> None:
    store, now = Store(), NOON.timestamp()
    pool = Record(REVIEW, b"k", REVIEW_POOLS.encode(review_pool()), REVIEW_POOLS.headers)
    late = label(id="label-2", at=NOON + timedelta(days=2))
    words = encode_label(label())
    hostile = Record(LABELS, b"k", words.value.replace(b'"failure"', b'"Erika Mustermann"'), words.headers)
    more = Record(LABELS, b"k", words.value.replace(b'"kind"', b'"Erika Mustermann":1,"kind"'), words.headers)
    said = read(LABELS, *map(encode_label, (label(), user_report(), late)), hostile, more)
    consumer = FakeConsumer([read(REVIEW, pool), said])
    sink = SinkSession(lambda: consumer, store, store.letters.extend, lambda: now)
    sink.turn(Event())
    taken = [SaidOfRequest(one, "main", 0, offset) for offset, one in enumerate((label(), user_report()))]
    assert store.written == [review_pool(), *taken]
    assert [letter.reason for letter in store.letters] == ["out_of_range", "malformed_label", "malformed_label"]
    assert "Erika" not in "".join(letter.detail for letter in store.letters)
