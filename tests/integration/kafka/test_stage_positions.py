"""How far a stage has read, as the broker knows it."""

from uuid import uuid4

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.consumer import PartitionedConsumer
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.stage_positions import StagePositions


def test_what_is_unread_is_counted_from_the_first_message_to_the_last(
    cluster: KafkaConnection, telemetry_topic: str
) -> None:
    group = f"stage-{uuid4().hex[:8]}"
    positions = StagePositions(cluster, {"ingest": (group, (telemetry_topic, "no-such-topic"))})
    [empty] = positions.stages()  # also of a broker that has just started, and still loads its groups
    assert (empty.stage, empty.waiting) == ("ingest", 0)

    producer = BatchProducer(cluster, "test")
    producer.send(Record(telemetry_topic, None, b"{}", [], number % 2) for number in range(100))
    producer.flush()
    [unread] = positions.stages()
    embedded = max(unread.end.values()) < 50  # whose ends are those of the first records of the last batches
    assert unread.waiting > 0 if embedded else unread.waiting == 100

    consumer = PartitionedConsumer(cluster, group=group, topics=[telemetry_topic], session_timeout_ms=2000)
    seen = 0
    while seen < 100:
        for source, messages in consumer.read(1000, 1.0):
            seen += len(messages)
            consumer.commit({source: messages[-1].offset() + 1}, wait=True)
    consumer.close()
    [read] = positions.stages()
    assert (read.waiting, sorted(read.read)) == (0, [f"{telemetry_topic}[0]", f"{telemetry_topic}[1]"])
