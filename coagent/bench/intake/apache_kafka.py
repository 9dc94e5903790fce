"""One broker of a real Apache Kafka (KRaft) in a temporary directory, from a distribution's `libs`."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from coagent.adapters.embedded.broker import free_port
from coagent.domain.errors import Fatal

CLUSTER_ID = "Y29hZ2VudC1iZW5jaG1hcg"
STOP_WITHIN_S = 20.0


@contextmanager
def apache_kafka(home: Path) -> Iterator[str]:
    """Its bootstrap servers, not yet ready; raises Fatal where Java or the distribution is missing."""
    java = ["java", "-Xmx1g", "-cp", f"{home}/libs/*"]
    with tempfile.TemporaryDirectory(prefix="coagent-bench-") as name:
        root, port = Path(name), free_port()
        properties = root / "server.properties"
        properties.write_text(_properties(port, free_port(), root))
        _run([*java, "kafka.tools.StorageTool", "format", "-t", CLUSTER_ID, "-c", str(properties)], home)
        process = subprocess.Popen(  # noqa: S603  # what the operator named
            [*java, "kafka.Kafka", str(properties)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=root
        )
        try:
            yield f"127.0.0.1:{port}"
        finally:
            process.terminate()
            process.wait(STOP_WITHIN_S)


def _run(command: list[str], home: Path) -> None:
    try:
        subprocess.run(command, check=True, capture_output=True)  # noqa: S603  # what the operator named
    except (OSError, subprocess.CalledProcessError) as error:
        raise Fatal(
            f"no Apache Kafka can be started from COAGENT_KAFKA_HOME={home}: {error}. It needs `java` on PATH and the "
            "distribution's libs/; unset it to measure on the embedded broker"
        ) from error


def _properties(port: int, controller_port: int, root: Path) -> str:
    return f"""
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller_port}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller_port}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={root / "data"}
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
auto.create.topics.enable=false
"""
