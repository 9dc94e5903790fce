"""What any process of coagent sends lies where the worker, and Java's clients, would put it."""

from uuid import uuid4

from aiokafka.partitioner import DefaultPartitioner

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.domain.segment import Segment
from coagent.domain.topics import CONTROL
from tests.integration.kafka.reading import PARTITIONS, reader

PLACES = range(PARTITIONS)


def sent(cluster: KafkaConnection, records: list[Record]) -> dict[bytes, set[int]]:
    """The operator's own choice of a partitioner has no say in it."""
    producer = BatchProducer(KafkaConnection(cluster.bootstrap_servers, {"partitioner": "random"}), "test")
    delivery = producer.send(records)
    producer.flush()
    assert delivery.done
    consumer, keys, found = reader(cluster, [CONTROL]), {record.key for record in records}, {}
    while len(found) < len(keys):
        for message in consumer.consume(100, 0.2):
            if message.error() is None and message.key() in keys:
                found.setdefault(message.key(), set()).add(message.partition())
    consumer.close()
    return found


def test_a_segment_lies_where_the_worker_would_put_it(cluster: KafkaConnection) -> None:
    keys = [Segment(uuid4().hex, f"model-{number}").key() for number in range(40)]
    found = sent(cluster, [Record(CONTROL, key, b"here") for key in keys])
    partitioner = DefaultPartitioner()
    assert found == {key: {partitioner(key, list(PLACES), [])} for key in keys}


def test_a_named_partition_decides(cluster: KafkaConnection) -> None:
    names = {partition: f"{partition}-{uuid4().hex}".encode() for partition in PLACES}
    found = sent(cluster, [Record(CONTROL, name, b"here", partition=partition) for partition, name in names.items()])
    assert found == {name: {partition} for partition, name in names.items()}
