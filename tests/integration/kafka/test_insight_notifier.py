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
    notifier = InsightNotifier(BatchProducer(cluster, "test"))
    await notifier.send(message(payload=msgspec.json.encode(insight())))

    consumer = reader(cluster, [INSIGHTS])
    [found, *_] = consumer.consume(1, 10.0)
    assert decode_event(found.value(), found.headers()) == insight()


async def test_a_payload_that_is_no_insight_is_parked(cluster: KafkaConnection) -> None:
    notifier = InsightNotifier(BatchProducer(cluster, "test"))
    with pytest.raises(Fatal, match="is no insight"):
        await notifier.send(message(payload=b"{}"))
