"""Whatever is killed, paused, repeated or poisoned: each request counts once, each change is reported once.

A run sends a recorded change as traffic of its own, and one fault happens at a random moment meanwhile. Ordinarily each
fault once, on the embedded broker; `make chaos` does 60 runs, `CHAOS_BROKER=kafka make chaos` on a real Kafka.
"""

import os
import random
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest

from coagent.adapters.kafka.connection import KafkaConnection
from tests.chaos.faults import FAULTS
from tests.chaos.traffic import TOPIC
from tests.chaos.world import World
from tests.integration.kafka.conftest import apache_kafka_broker

pytestmark = [pytest.mark.slow, pytest.mark.timeout(400)]

SEED = 20_261_130
RUNS = int(os.environ.get("CHAOS_RUNS", len(FAULTS)))
MOST_ENDS = 3
"""Of one process in one run. A worker ends by itself where its broker or its partitions go; more is a crash loop."""


def _order() -> list[str]:
    """Each fault once, in an order of chance, then again."""
    names = [
        random.Random(f"{SEED}/{turn}").sample(list(FAULTS), len(FAULTS)) for turn in range(RUNS // len(FAULTS) + 1)
    ]
    return [name for turn in names for name in turn][:RUNS]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    root = tmp_path_factory.mktemp("chaos")
    if os.environ.get("CHAOS_BROKER", "embedded") == "embedded":
        yield from _used(World(root))
        return
    folder = root / "kafka"
    folder.mkdir()
    with apache_kafka_broker(folder, KafkaConnection(f"127.0.0.1:{_port_to_come_back_to()}")) as broker:
        yield from _used(World(root, broker))


def _port_to_come_back_to() -> int:
    """Below those that the system gives to clients: one of them could else take it while the broker is away."""
    for port in range(24_000, 30_000):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise OSError("no port is free")


RECOVERIES: dict[str, float] = {}
"""Seconds from the fault until all of the run is in the database, its message delivered."""


def _used(world: World) -> Iterator[World]:
    try:
        yield world
    finally:
        world.close()
        if RECOVERIES:
            longest = max(RECOVERIES, key=RECOVERIES.__getitem__)
            sys.stderr.write(f"\n{len(RECOVERIES)} runs; longest recovery {RECOVERIES[longest]:.1f} s ({longest})\n")


@pytest.mark.parametrize(("number", "fault"), list(enumerate(_order())), ids=str)
def test_counts_are_exact_and_nothing_is_reported_twice(world: World, number: int, fault: str) -> None:
    chance, before = random.Random(f"{SEED}/run/{number}"), world.ends()
    traffic = world.send(f"chaos-{number:02d}", chance)
    time.sleep(chance.uniform(0.0, 1.5))
    began = time.monotonic()
    FAULTS[fault](world, traffic, chance)
    traffic.join()
    world.until_whole(traffic)
    RECOVERIES[f"run {number}, {fault}"] = time.monotonic() - began
    ends = world.ends() - before
    assert max(ends.values(), default=0) <= MOST_ENDS, ends


def test_in_the_end_nothing_has_changed_again(world: World) -> None:
    """What comes late, twice or from a process that was paused does not undo it either."""
    time.sleep(10)
    assert {} == {traffic.model: wrong for traffic in world.sent if (wrong := world.wrong(traffic))}
    assert world.repeated_with_other_content() == []


def test_log_lines_lead_from_a_batch_to_what_was_delivered(world: World) -> None:
    alarms = world.logged("worker", "batch", "candidate")
    shifts = {line["candidate"]: line["shift"] for line in world.logged("worker", "candidate", "shift")}
    insights = {line["shift"]: line["insight"] for line in world.logged("agent", "shift", "insight")}
    delivered = {line["insight"] for line in world.logged("agent", "insight", "delivery")}
    assert any(TOPIC in one["batch"] and insights.get(shifts.get(one["candidate"], "")) in delivered for one in alarms)
