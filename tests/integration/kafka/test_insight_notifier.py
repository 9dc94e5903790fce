"""Insights on their topic."""

import time
from uuid import uuid4

import msgspec
import pytest

from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.insight_notifier import InsightNotifier
from coagent.adapters.kafka.producer import BatchProducer
from coagent.domain.errors import Fatal
from coagent.domain.topics import INSIGHTS
from tests.contract.samples import insight, message
from tests.integration.kafka.reading import reader


async def test_an_insight_is_on_its_topic_when_send_returns(cluster: KafkaConnection) -> None:
    said = insight(id=uuid4().hex)
    notifier = InsightNotifier(BatchProducer(cluster, "test"))
    await notifier.send(message(payload=msgspec.json.encode(said)))

    consumer, found = reader(cluster, [INSIGHTS]), []
    deadline = time.monotonic() + 10
    while said not in found:
        assert time.monotonic() < deadline
        found += [decode_event(one.value(), one.headers()) for one in consumer.consume(100, 0.1)]
    assert found.count(said) == 1


async def test_a_payload_that_is_no_insight_is_parked(cluster: KafkaConnection) -> None:
    notifier = InsightNotifier(BatchProducer(cluster, "test"))
    with pytest.raises(Fatal, match="is no insight"):
        await notifier.send(message(payload=b"{}"))
