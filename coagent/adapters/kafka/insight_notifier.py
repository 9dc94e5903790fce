"""Notifier `kafka`: sends insights to `coagent.insights.v1`."""

import asyncio

import msgspec

from coagent.adapters.kafka.cloudevents import encode_event
from coagent.adapters.kafka.producer import BatchProducer
from coagent.domain.errors import Fatal
from coagent.domain.insight import Insight, OutboxMessage


class InsightNotifier:
    """The payload of a message is an insight as JSON; the event's id is the same however often it is sent."""

    channel = "kafka"
    at_once = 64
    pace_s = 0.0

    def __init__(self, producer: BatchProducer) -> None:
        self._producer = producer

    async def send(self, message: OutboxMessage) -> None:
        """Raises Transient where Kafka does not take it, Fatal where the payload is no insight."""
        try:
            insight = msgspec.json.decode(message.payload, type=Insight)
        except msgspec.DecodeError as error:
            raise Fatal(f"outbox {message.idempotency_key} is no insight ({error}): look at its payload") from error
        delivery = self._producer.send([encode_event(insight)])
        await asyncio.to_thread(self._producer.flush)
        delivery.raise_refused()
