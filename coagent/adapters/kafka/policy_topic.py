"""ports.PolicyPublisher on `coagent.policy.v1`, which is compacted: its newest message is the policy."""

from coagent.adapters.kafka.cloudevents import encode_event
from coagent.adapters.kafka.producer import BatchProducer
from coagent.domain.routing_policy import RoutingPolicy


class PolicyTopic:
    def __init__(self, producer: BatchProducer) -> None:
        self._producer = producer

    def publish(self, policy: RoutingPolicy) -> None:
        """Raises Transient where Kafka does not take it."""
        delivery = self._producer.send([encode_event(policy)])
        self._producer.flush()
        delivery.raise_refused()
