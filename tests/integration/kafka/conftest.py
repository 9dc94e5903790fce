"""Brokers for tests: the embedded one, and a real Apache Kafka where there is one."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from coagent.adapters.embedded.broker import EmbeddedBroker, free_port
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.topics import cluster_id, ensure_topics, own_topics, telemetry_topics
from coagent.domain.errors import Transient

REPOSITORY = Path(__file__).parents[3]
KAFKA_HOME = Path(os.environ.get("COAGENT_KAFKA_HOME", REPOSITORY.parent / "shared" / "kafka"))


def wait_until_up(connection: KafkaConnection, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while True:
        try:
            cluster_id(connection, 2)
        except Transient:
            assert time.monotonic() < deadline, "the broker does not come up"
            time.sleep(0.1)
        else:
            return


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[KafkaConnection]:
    """A fresh embedded broker with coagent's topics."""
    broker = EmbeddedBroker(tmp_path / "broker")
    process = subprocess.Popen(broker.command(), **broker.popen_options())
    connection = KafkaConnection(broker.bootstrap_servers)
    try:
        wait_until_up(connection)
        ensure_topics(connection, own_topics(2, 1))
        yield connection
    finally:
        process.kill()
        process.wait()


@pytest.fixture(scope="session")
def apache_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaConnection]:
    """One Apache Kafka broker (KRaft) of COAGENT_KAFKA_HOME."""
    connection = KafkaConnection(f"127.0.0.1:{free_port()}")
    with apache_kafka_broker(tmp_path_factory.mktemp("kafka"), connection):
        yield connection


@contextmanager
def apache_kafka_broker(root: Path, connection: KafkaConnection, more_properties: str = "") -> Iterator[None]:
    """A broker that is up and can be reached by this connection, which names its port and its security protocol."""
    if shutil.which("java") is None or not (KAFKA_HOME / "libs").is_dir():
        pytest.skip(f"no Apache Kafka: {KAFKA_HOME} has no libs/ (set COAGENT_KAFKA_HOME), or java is not on PATH")
    properties = root / "server.properties"
    properties.write_text(_server_properties(connection, free_port(), root) + more_properties)
    java = ["java", "-Xmx512m", "-cp", f"{KAFKA_HOME}/libs/*"]
    format_storage = [*java, "kafka.tools.StorageTool", "format", "-t", "Y29hZ2VudC1pbnRlZ3JhdA", "-c", str(properties)]
    subprocess.run(format_storage, check=True, stdout=subprocess.DEVNULL)
    with (root / "server.log").open("wb") as log:
        process = subprocess.Popen([*java, "kafka.Kafka", str(properties)], stdout=log, stderr=log, cwd=root)
    try:
        wait_until_up(connection)
        yield
    finally:
        process.terminate()
        process.wait()


def _server_properties(connection: KafkaConnection, controller_port: int, root: Path) -> str:
    protocol, servers = connection.options.get("security.protocol", "PLAINTEXT"), connection.bootstrap_servers
    return f"""
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners={protocol}://{servers},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners={protocol}://{servers}
inter.broker.listener.name={protocol}
controller.listener.names=CONTROLLER
listener.security.protocol.map={protocol}:{protocol},CONTROLLER:PLAINTEXT
log.dirs={root / "data"}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
auto.create.topics.enable=false
"""


@pytest.fixture(
    params=[
        pytest.param("embedded"),
        pytest.param("apache_kafka", marks=[pytest.mark.kafka, pytest.mark.slow]),
    ]
)
def cluster(request: pytest.FixtureRequest) -> KafkaConnection:
    """The same test on each broker; coagent's topics exist."""
    connection: KafkaConnection = request.getfixturevalue(request.param)
    ensure_topics(connection, own_topics(2, 1))
    return connection


@pytest.fixture
def telemetry_topic(cluster: KafkaConnection) -> str:
    """A telemetry topic of this test alone."""
    name = f"telemetry-{uuid4().hex[:8]}"
    ensure_topics(cluster, telemetry_topics([name], 2, 1))
    return name
