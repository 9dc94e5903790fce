"""A worker that crashed ends, so that its supervisor can start the next one."""

import subprocess
from pathlib import Path

import pytest

from coagent.adapters.kafka.connection import KafkaConnection
from tests.integration.kafka.reading import PARTITIONS
from tests.integration.kafka.worker import Worker

pytestmark = pytest.mark.slow


def test_it_ends_though_its_stop_waits_for_ever(cluster: KafkaConnection, tmp_path: Path) -> None:
    worker = Worker("tests.integration.kafka.hanging_app", cluster, tmp_path, PARTITIONS)
    worker.start()
    try:
        assert worker.wait(60) == 1
    except subprocess.TimeoutExpired:
        pytest.fail(worker.log_file.read_text()[-3000:])
    finally:
        worker.close()
    assert "did not stop within" in worker.log_file.read_text()
