"""Topics to a store on a broker."""

import time
from collections.abc import Sequence
from functools import partial
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from coagent.adapters.kafka.cloudevents import encode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.consumer import PartitionedConsumer
from coagent.adapters.kafka.dead_letters import send_dead_letters
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.sink_session import TOPICS, SinkSession
from coagent.domain.errors import Transient
from coagent.domain.topics import ROLLUPS
from tests.contract.samples import rollup, shift


class Store:
    """Away at first."""

    def __init__(self, failures: int) -> None:
        self.failures = failures
        self.written: list[Any] = []

    def __call__(self, values: Sequence[Any]) -> None:
        if self.failures:
            self.failures -= 1
            raise Transient("the database is away")
        self.written += values


def run_sink(cluster: KafkaConnection, group: str, store: Store, wanted: Sequence[Any], seconds: float = 30) -> None:
    """Until the store has all that is `wanted`: the topics hold other tests' events too."""

    def open_consumer() -> PartitionedConsumer:
        return PartitionedConsumer(cluster, group=group, topics=TOPICS, session_timeout_ms=2000)

    producer = BatchProducer(cluster, "test-sink")
    stop, sink = Event(), SinkSession(open_consumer, store, partial(send_dead_letters, producer), time.time)
    thread = Thread(target=sink.run, args=(stop,))
    thread.start()
    deadline = time.monotonic() + seconds
    while any(value not in store.written for value in wanted) and time.monotonic() < deadline:
        time.sleep(0.05)
    stop.set()
    thread.join(30)


def test_the_sink_gets_over_poison_and_an_absent_store_and_goes_on_where_it_was(cluster: KafkaConnection) -> None:
    group, mark = f"sink-{uuid4().hex[:8]}", uuid4().hex
    producer = BatchProducer(cluster, "test")
    poison = Record(ROLLUPS, None, b"\x00", [("ce_type", b"dev.coagent.rollup.v1")])
    producer.send([poison, encode_event(shift(id=mark)), encode_event(rollup(part=mark)), poison])
    producer.flush()

    said = [shift(id=mark), rollup(part=mark)]
    first = Store(failures=2)
    run_sink(cluster, group, first, said)
    assert [first.written.count(value) for value in said] == [1, 1]

    later = shift(id=mark, sequence=2)
    producer.send([encode_event(later)])
    producer.flush()
    second = Store(failures=0)
    run_sink(cluster, group, second, [later])
    assert later in second.written
    assert not [value for value in said if value in second.written]
