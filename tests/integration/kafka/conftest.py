"""Brokers for tests: the embedded one, and a real Apache Kafka where there is one."""

import os
import shutil
import signal
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


class ApacheKafka:
    """One broker (KRaft) on the data in `root`; it may be killed and started again."""

    def __init__(self, root: Path, connection: KafkaConnection, more_properties: str = "") -> None:
        """The connection names its port and its security protocol. Skips the test where Kafka or Java are missing."""
        if shutil.which("java") is None or not (KAFKA_HOME / "libs").is_dir():
            pytest.skip(f"no Apache Kafka: {KAFKA_HOME} has no libs/ (set COAGENT_KAFKA_HOME), or java is not on PATH")
        self._root, self.connection = root, connection
        self._process: subprocess.Popen[bytes] | None = None
        self._java = ["java", "-Xmx512m", "-cp", f"{KAFKA_HOME}/libs/*"]
        self._properties = root / "server.properties"
        self._properties.write_text(_server_properties(connection, free_port(), root) + more_properties)
        storage = ("kafka.tools.StorageTool", "format", "-t", "Y29hZ2VudC1pbnRlZ3JhdA", "-c", str(self._properties))
        subprocess.run([*self._java, *storage], check=True, stdout=subprocess.DEVNULL)

    def start(self) -> None:
        """Returns once it answers."""
        with (self._root / "server.log").open("ab") as log:
            argv = [*self._java, "kafka.Kafka", str(self._properties)]
            self._process = subprocess.Popen(argv, stdout=log, stderr=log, cwd=self._root)
        wait_until_up(self.connection)

    def end(self, number: signal.Signals = signal.SIGTERM) -> None:
        if self._process is not None:
            self._process.send_signal(number)
            self._process.wait()


@contextmanager
def apache_kafka_broker(root: Path, connection: KafkaConnection, more_properties: str = "") -> Iterator[ApacheKafka]:
    """A broker that is up and can be reached by this connection."""
    broker = ApacheKafka(root, connection, more_properties)
    try:
        broker.start()
        yield broker
    finally:
        broker.end()


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
