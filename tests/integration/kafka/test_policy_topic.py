"""The policy on its compacted topic: one key, the newest message is the truth."""

import time

from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.policy_topic import PolicyTopic
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.topics import own_topics
from coagent.domain.routing_policy import RoutingPolicy
from coagent.domain.topics import POLICY
from tests.contract.samples import NOON
from tests.contract.test_asyncapi import RULE
from tests.integration.kafka.reading import reader


def test_a_policy_is_on_its_topic_when_publish_returns(cluster: KafkaConnection) -> None:
    topic = PolicyTopic(BatchProducer(cluster, "test"))
    versions = [RoutingPolicy(version=number, at=NOON, rules=[RULE]) for number in (1, 2)]
    for one in (*versions, versions[1]):
        topic.publish(one)

    consumer, found, keys = reader(cluster, [POLICY]), [], set()
    deadline = time.monotonic() + 10
    while len(found) < 3:
        assert time.monotonic() < deadline
        messages = consumer.consume(100, 0.1)
        found += [decode_event(one.value(), one.headers()) for one in messages]
        keys |= {one.key() for one in messages}
    assert ([*versions, versions[1]], {b"fleet"}) == (found[-3:], keys)


def test_it_is_kept_for_good_and_compacted() -> None:
    [spec] = [one for one in own_topics(4, 1) if one.name == POLICY]
    assert ("compact", "-1") == (spec.config["cleanup.policy"], spec.config["retention.ms"])
