"""The broker to measure on: a real Apache Kafka, the cluster that is named, or the embedded one."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka.admin import AdminClient

from coagent.adapters.embedded.broker import EmbeddedBroker
from coagent.adapters.kafka.topics import cluster_metadata
from coagent.bench.intake.apache_kafka import apache_kafka
from coagent.bootstrap.kafka import kafka_connection
from coagent.domain import topics
from coagent.domain.errors import Fatal, Transient
from coagent.settings import Settings

READY_WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Broker:
    """What is measured on, in words, and where."""

    name: str
    bootstrap_servers: str
    is_embedded: bool = False


@contextmanager
def broker(settings: Settings) -> Iterator[Broker]:
    """Ready. COAGENT_KAFKA_HOME goes before COAGENT_KAFKA__BOOTSTRAP_SERVERS; with neither, the embedded one."""
    home, named = os.environ.get("COAGENT_KAFKA_HOME"), settings.kafka.bootstrap_servers
    if home:
        with apache_kafka(Path(home)) as servers:
            yield _ready(settings, Broker("Apache Kafka of COAGENT_KAFKA_HOME", servers))
    elif named:
        with _left_as_found(settings):
            yield Broker("the named cluster", named)
    else:
        with _embedded() as servers:
            yield _ready(settings, Broker("embedded broker", servers, is_embedded=True))


@contextmanager
def _embedded() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as directory:
        embedded = EmbeddedBroker(Path(directory))
        process = subprocess.Popen(embedded.command(), **embedded.popen_options())  # noqa: S603  # our own binary
        try:
            yield embedded.bootstrap_servers
        finally:
            process.terminate()
            process.wait()


@contextmanager
def _left_as_found(settings: Settings) -> Iterator[None]:
    """Made-up requests must never be taken for real ones: coagent's topics may not exist before, nor afterwards."""
    connection = kafka_connection(settings)
    before = set(cluster_metadata(connection).topics)
    if before & set(topics.ALL):
        raise Fatal(
            "the named cluster carries coagent's own topics, and made-up requests would be counted as real ones: "
            "name another cluster in COAGENT_KAFKA__BOOTSTRAP_SERVERS, or unset it to measure on the embedded broker"
        )
    try:
        yield
    finally:
        admin = AdminClient(connection.config())
        made = set(cluster_metadata(connection).topics) - before
        for future in admin.delete_topics([name for name in made if name.startswith("coagent")]).values():
            future.result()


def _ready(settings: Settings, started: Broker) -> Broker:
    kafka = settings.kafka.model_copy(update={"bootstrap_servers": started.bootstrap_servers})
    connection = kafka_connection(settings.model_copy(update={"kafka": kafka}))
    deadline = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            cluster_metadata(connection, 2.0)
        except Transient:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)
        else:
            return started
