from uuid import uuid4

import pytest

from coagent.adapters.embedded.broker import free_port
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.topics import (
    COPARTITIONED,
    TopicSpec,
    cluster_id,
    ensure_topics,
    own_topics,
    telemetry_topics,
)
from coagent.domain import topics
from coagent.domain.errors import Fatal, Transient


def test_topics_are_made_once(cluster: KafkaConnection) -> None:
    name = f"made-{uuid4().hex[:8]}"
    for _ in range(2):
        assert ensure_topics(cluster, telemetry_topics([name], 3, 1)) == {name: 3}


def test_an_existing_telemetry_topic_stays_as_it_is(cluster: KafkaConnection) -> None:
    name = f"made-{uuid4().hex[:8]}"
    ensure_topics(cluster, telemetry_topics([name], 3, 1))
    assert ensure_topics(cluster, telemetry_topics([name], 5, 1)) == {name: 3}


def test_all_of_coagents_topics_exist_and_a_command_meets_its_state(cluster: KafkaConnection) -> None:
    found = ensure_topics(cluster, own_topics(2, 1))
    assert set(found) == set(topics.ALL)
    assert len({found[name] for name in COPARTITIONED}) == 1


def test_partitions_that_differ_from_the_setting_are_refused(cluster: KafkaConnection) -> None:
    with pytest.raises(
        Fatal, match=r"coagent\.requests\.v2 has 2 partitions, COAGENT_KAFKA__PARTITIONS says 7: set it"
    ):
        ensure_topics(cluster, own_topics(7, 1))


def test_a_cluster_has_one_name(cluster: KafkaConnection) -> None:
    assert cluster_id(cluster)
    assert cluster_id(cluster) == cluster_id(cluster)


def test_a_broker_that_does_not_answer_passes() -> None:
    with pytest.raises(Transient, match=r"no answer from Kafka at 127\.0\.0\.1:.*Connection refused"):
        cluster_id(KafkaConnection(f"127.0.0.1:{free_port()}"), timeout_s=0.5)


@pytest.mark.kafka
@pytest.mark.slow
def test_more_replicas_than_brokers_are_refused(apache_kafka: KafkaConnection) -> None:
    with pytest.raises(Fatal, match="COAGENT_KAFKA__REPLICATION_FACTOR"):
        ensure_topics(apache_kafka, [TopicSpec("too-many", 1, 3)])
