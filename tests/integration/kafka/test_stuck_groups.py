"""A group that never comes to an end of joining begins anew where it had read to."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka import Consumer, TopicPartition

from coagent.adapters.embedded.broker import EmbeddedBroker
from coagent.adapters.kafka import stuck_groups
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.stuck_groups import PATIENCE_S, StuckGroups
from coagent.adapters.kafka.topics import ensure_topics, telemetry_topics

TOPIC, GROUP = "llm.telemetry", "readers"


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[KafkaConnection]:
    broker = EmbeddedBroker(tmp_path)
    process = subprocess.Popen(broker.command(), **broker.popen_options())
    while not broker.is_ready():
        time.sleep(0.05)
    found = KafkaConnection(broker.bootstrap_servers)
    ensure_topics(found, telemetry_topics([TOPIC], 2, 1))
    yield found
    process.kill()
    process.wait()


def joining(connection: KafkaConnection) -> Consumer:
    options = {"group_id": GROUP, "session_timeout_ms": 3000, "heartbeat_interval_ms": 750, "enable_auto_commit": False}
    consumer = Consumer(connection.config(**options))
    consumer.subscribe([TOPIC])
    return consumer


def until_assigned(consumer: Consumer) -> list[TopicPartition]:
    give_up = time.monotonic() + 30
    while not consumer.assignment():
        assert time.monotonic() < give_up
        consumer.poll(0.1)
    return consumer.assignment()


def test_it_begins_anew_after_its_patience_and_keeps_its_offsets(
    connection: KafkaConnection, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [0.0]
    groups = StuckGroups(connection, {GROUP: [TOPIC]}, lambda: now[0])
    consumer = joining(connection)
    until_assigned(consumer)
    consumer.commit(offsets=[TopicPartition(TOPIC, 1, 7)], asynchronous=False)
    now[0] += PATIENCE_S + 1
    assert groups.free() == []

    monkeypatch.setattr(stuck_groups, "SETTLED", ())  # no state counts as an end of joining
    assert groups.free() == []
    now[0] += PATIENCE_S + 1
    assert groups.free() == [GROUP]
    assert groups.free() == []
    consumer.close()
    again = joining(connection)
    until_assigned(again)
    assert [place.offset for place in again.committed([TopicPartition(TOPIC, 1)], 5)] == [7]
    again.close()
