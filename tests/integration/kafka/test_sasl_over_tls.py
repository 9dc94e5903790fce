"""Passwords over TLS reach every client from the same settings, and no password reaches a log."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from coagent.adapters.embedded.broker import free_port
from coagent.adapters.kafka.cloudevents import decode_event
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.bootstrap.kafka import prepare_topics
from coagent.domain.rollup import Rollup
from coagent.domain.topics import ROLLUPS
from coagent.entrypoints.doctor.kafka import check_broker
from coagent.settings import Settings
from tests.integration.kafka.conftest import apache_kafka_broker
from tests.integration.kafka.reading import PARTITIONS, reader

pytestmark = [pytest.mark.kafka, pytest.mark.slow, pytest.mark.timeout(180)]

PASSWORD, WRONG = "correct-horse", "battery-staple"
ROWS = 20
PROCESSES = (["coagent", "ingest"], ["faust", "-A", "streams.app", "worker", "--loglevel", "INFO"])
LOGIN = """
sasl.enabled.mechanisms=PLAIN
sasl.mechanism.inter.broker.protocol=PLAIN
listener.name.sasl_ssl.plain.sasl.jaas.config=org.apache.kafka.common.security.plain.PlainLoginModule required \\
  username="admin" password="admin" user_admin="admin" user_coagent="{password}";
ssl.keystore.type=PEM
ssl.keystore.location={root}/broker.pem
ssl.truststore.type=PEM
ssl.truststore.location={root}/certificate.pem
"""


def make_certificate(root: Path) -> Path:
    key, certificate = root / "key.pem", root / "certificate.pem"
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    named = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*made, *named], check=True, capture_output=True)
    (root / "broker.pem").write_text(key.read_text() + certificate.read_text())
    return certificate


@pytest.fixture
def guarded(tmp_path: Path) -> Iterator[KafkaConnection]:
    """A broker that lets nobody in without a password, and talks TLS alone."""
    options = {
        "security.protocol": "SASL_SSL",
        "sasl.mechanism": "PLAIN",
        "sasl.username": "coagent",
        "ssl.ca.location": str(make_certificate(tmp_path)),
    }
    connection = KafkaConnection(f"127.0.0.1:{free_port()}", options, {"sasl.password": PASSWORD})
    with apache_kafka_broker(tmp_path, connection, LOGIN.format(password=PASSWORD, root=tmp_path)):
        yield connection


def environment(connection: KafkaConnection, password: str, data_dir: Path) -> dict[str, str]:
    return {
        "COAGENT_KAFKA__BOOTSTRAP_SERVERS": connection.bootstrap_servers,
        "COAGENT_KAFKA__OPTIONS": json.dumps(connection.options),
        "COAGENT_KAFKA__SECRETS": json.dumps({"sasl.password": password}),
        "COAGENT_KAFKA__PARTITIONS": str(PARTITIONS),
        "COAGENT_DATA_DIR": str(data_dir),
    }


def count_requests(connection: KafkaConnection) -> int:
    consumer, minutes, deadline = reader(connection, [ROLLUPS]), dict[str, int](), time.monotonic() + 90
    while sum(minutes.values()) < ROWS and time.monotonic() < deadline:
        for message in consumer.consume(1000, 0.2):
            if message.error() is None:
                rollup = decode_event(message.value(), message.headers())
                assert isinstance(rollup, Rollup)
                minutes[str(rollup.minute)] = rollup.requests
    consumer.close()
    return sum(minutes.values())


def test_telemetry_becomes_rollups(guarded: KafkaConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in environment(guarded, PASSWORD, tmp_path / "data").items():
        monkeypatch.setenv(name, value)
    settings = Settings()
    assert check_broker(settings).state == "ok"
    prepare_topics(settings)
    request = {"time": time.time(), "provider": "openai", "request_model": "gpt-4"}
    producer = BatchProducer(guarded, "test")
    producer.send(Record(settings.ingest.topics[0], None, json.dumps(request).encode()) for _ in range(ROWS))
    producer.flush()
    log = tmp_path / "processes.log"
    with log.open("wb") as reported, ExitStack() as running:
        for arguments in PROCESSES:
            process = subprocess.Popen(
                [sys.executable, "-m", *arguments], env=os.environ, stdout=reported, stderr=reported
            )
            running.callback(process.wait, 30)
            running.callback(process.terminate)
        counted = count_requests(guarded)
    assert counted == ROWS, log.read_text()[-3000:]
    assert PASSWORD not in log.read_text()


def test_a_wrong_password_is_reported_without_it(
    guarded: KafkaConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in environment(guarded, WRONG, tmp_path / "data").items():
        monkeypatch.setenv(name, value)
    found = check_broker(Settings())
    assert found.state == "problem"
    assert "sasl.password in COAGENT_KAFKA__SECRETS" in str(found.action)
    assert WRONG not in found.text
