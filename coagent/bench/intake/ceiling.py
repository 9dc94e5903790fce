"""The ceiling: what the Kafka client and the JSON decoder alone can do, with nothing checked and nothing kept."""

import msgspec
from confluent_kafka import Consumer, TopicPartition

from coagent.adapters.garbage import collect_seldom
from coagent.adapters.kafka.consumer import READ_AHEAD
from coagent.bench.intake.measurement import Measurement, Stopwatch, Task
from coagent.bootstrap.kafka import kafka_connection
from coagent.settings import Settings

READ_MESSAGES = 10_000
READ_TIMEOUT_S = 0.05


def measure_ceiling(task: Task) -> Measurement:
    """Bare `consume(n)` and msgspec into dicts, with the garbage collector held back and read ahead as ingest does."""
    collect_seldom()
    connection = kafka_connection(Settings())
    consumer = Consumer(connection.config(group_id="coagent-bench", auto_offset_reset="earliest", **READ_AHEAD))
    consumer.assign([TopicPartition(task.topic, number, 0) for number in range(task.partitions)])
    decode = msgspec.json.Decoder().decode
    read, watch = 0, Stopwatch()
    while read < task.messages and watch.elapsed_s() < task.seconds:
        if not read:
            watch.restart()
        read += len([decode(message.value()) for message in consumer.consume(READ_MESSAGES, READ_TIMEOUT_S)])
    measured = watch.measured(read)
    consumer.close()
    return measured
