"""What is done to a running coagent: each takes the world, this run's traffic and a seeded source of chance."""

import random
import signal
import time
from collections.abc import Callable, Mapping
from functools import partial

import msgspec

from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.tail import Tail
from coagent.adapters.kafka.topics import MAX_MESSAGE_BYTES
from coagent.domain import topics
from coagent.domain.command import FLEET_KEY
from tests.chaos.traffic import Traffic
from tests.chaos.world import World
from tests.hostile_messages import good_records, heartbeat_records, hostile
from tests.unit.streams.test_hostile_worker import good

Fault = Callable[[World, Traffic, random.Random], None]
INTERNAL = tuple(topic for topic in topics.ALL if topic not in {topics.INSIGHTS, topics.POLICY})
"""Those that a process of ours reads."""
REPEATED = (topics.REQUESTS, topics.CANDIDATES, topics.SHIFTS, topics.ROLLUPS, topics.EVIDENCE, topics.GROUPS)
POISON = 8
"""Hostile messages a topic and run."""
GARBAGE = (Record("", b"k", b"\x91" * 100_000), Record("", None, b"", [("schema", b"\xff")]))


def _kill(name: str, world: World, _traffic: Traffic, _chance: random.Random) -> None:
    world.kill(name)


def _pause(name: str, world: World, _traffic: Traffic, chance: random.Random) -> None:
    """Past its session in Kafka, so that it is taken for dead."""
    world.pause(name, chance.uniform(6.5, 8.0))


def _kill_several(world: World, _traffic: Traffic, chance: random.Random) -> None:
    for name in chance.sample(("ingest", "worker", "sink", "agent", "postgres"), 3):
        world.kill(name)
        time.sleep(chance.uniform(0.0, 0.5))


def _stop_broker(world: World, _traffic: Traffic, chance: random.Random) -> None:
    world.stop_broker(chance.uniform(1.0, 4.0))


def _two_workers(world: World, _traffic: Traffic, chance: random.Random) -> None:
    """The second joins, and leaves in order or not; or the first is killed, and the second has everything."""
    world.join_worker()
    if chance.random() < 0.5:
        world.kill("worker")
    time.sleep(chance.uniform(0.0, 2.0))
    world.leave_worker(chance.choice([signal.SIGTERM, signal.SIGKILL]))


def _redeliver(world: World, traffic: Traffic, chance: random.Random) -> None:
    """What this run's messages led to so far comes once more, in another order of topics."""
    time.sleep(chance.uniform(0.5, 2.0))
    tail = Tail(world.connection, REPEATED, from_beginning=True)
    model = traffic.model.encode()
    found = [message for _ in range(20) for message in tail.read(0.1) if model in (message.key() or b"")]
    tail.close()
    chance.shuffle(found)
    producer = BatchProducer(world.connection, "chaos")
    producer.send(
        Record(message.topic(), message.key(), message.value(), message.headers() or [], message.partition())
        for message in found
    )
    producer.flush()


def _poison(world: World, _traffic: Traffic, chance: random.Random) -> None:
    """On each topic that a process reads: other versions, garbage, values out of every range."""
    producer = BatchProducer(world.connection, "chaos")
    known = [record for record in (*good_records(), *heartbeat_records(), *good()) if record.key != FLEET_KEY]
    for topic in INTERNAL:
        examples = [record for record in known if record.topic == topic]
        bad = [*GARBAGE, *(hostile(examples, POISON, chance.randrange(2**32)) if examples else ())]
        producer.send(msgspec.structs.replace(one, topic=topic) for one in bad if _size(one) < MAX_MESSAGE_BYTES)
        producer.poll()
    producer.flush()


def _size(record: Record) -> int:
    return len(record.key or b"") + len(record.value) + sum(len(value) for _, value in record.headers) + 10_000


FAULTS: Mapping[str, Fault] = {
    "kill ingest": partial(_kill, "ingest"),
    "kill worker": partial(_kill, "worker"),
    "kill sink": partial(_kill, "sink"),
    "kill agent": partial(_kill, "agent"),
    "kill postgres": partial(_kill, "postgres"),
    "kill several": _kill_several,
    "pause worker": partial(_pause, "worker"),
    "pause postgres": partial(_pause, "postgres"),
    "stop broker": _stop_broker,
    "two workers": _two_workers,
    "redeliver": _redeliver,
    "poison": _poison,
}
