"""ports.ProbePublisher on `coagent.probes.v1`."""

from coagent.adapters.kafka.cloudevents import encode_event
from coagent.adapters.kafka.producer import BatchProducer
from coagent.domain.probe import ProbeOutcome


class ProbeTopic:
    def __init__(self, producer: BatchProducer) -> None:
        self._producer = producer

    def publish(self, outcome: ProbeOutcome) -> None:
        """Raises Transient where Kafka does not take it."""
        delivery = self._producer.send([encode_event(outcome)])
        self._producer.flush()
        delivery.raise_refused()
