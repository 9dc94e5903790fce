"""LiteLLM and OpenTelemetry by docs/day-one.md, against a running `coagent up`: task and tenant stand in SQL."""

import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from coagent.adapters.embedded.ports import free_port
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.entrypoints.running import find_running
from tests.e2e.day_one import ROOT, blocks, here, run_python
from tests.e2e.running_up import RunningUp
from tests.integration.kafka.clients.applications import exported
from tests.integration.kafka.clients.openai_server import API_KEY, OpenAiServer

pytestmark = [
    pytest.mark.clients,
    pytest.mark.timeout(900),
    pytest.mark.skipif(find_spec("litellm") is None, reason="needs the real clients: `make test-clients`"),
]
SEEN = "SELECT provider, request_model, task, tenant FROM insights.requests_1m WHERE tenant = '{}'"
ALL = "SELECT coalesce(sum(requests), 0)::int FROM insights.requests_1m"


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningUp]:
    running = RunningUp(tmp_path_factory.mktemp("day-one"))
    running.wait_for(r"ready  all processes")
    yield running
    running.end()


def test_the_sdk(up: RunningUp, server: OpenAiServer, tmp_path: Path):
    [block] = blocks("LiteLLM, the SDK", "python")
    run_python(up, block, tmp_path, OPENAI_API_BASE=server.base_url, OPENAI_API_KEY=API_KEY)
    found = [("openai", "gpt-4o", "summary", "acme")]
    up.until(lambda: up.sql(SEEN.format("acme")) == found, 60, "the call in SQL")


@pytest.mark.skipif(find_spec("fastapi") is None, reason="needs litellm[proxy]")
def test_the_proxy(up: RunningUp, server: OpenAiServer, tmp_path: Path):
    [callback] = blocks("LiteLLM, the proxy", "python")
    [config] = blocks("LiteLLM, the proxy", "yaml")
    *_, call = blocks("LiteLLM, the proxy", "sh")
    port = free_port()
    (tmp_path / "coagent_producers").symlink_to(ROOT / "coagent" / "producers")
    (tmp_path / "custom_callbacks.py").write_text(here(up, callback))
    (tmp_path / "config.yaml").write_text(config)
    environment = {**os.environ, "OPENAI_API_BASE": server.base_url, "OPENAI_API_KEY": API_KEY}
    argv = [sys.executable, "-c", "from litellm import run_server; run_server()", "--config", "config.yaml"]
    with (tmp_path / "proxy.log").open("wb") as log:
        proxy = subprocess.Popen(
            [*argv, "--port", str(port), "--host", "127.0.0.1"], cwd=tmp_path, env=environment, stdout=log, stderr=log
        )
    try:
        _wait_until_alive(proxy, port, tmp_path / "proxy.log")
        line = call.replace("4000", str(port)).replace('"acme"', '"proxied"')
        assert shutil.which("curl")
        answer = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
        assert "violet ferns" in answer.stdout, answer.stdout + (tmp_path / "proxy.log").read_text()
        found = [("openai", "gpt-4o", "summary", "proxied")]
        up.until(lambda: up.sql(SEEN.format("proxied")) == found, 60, "the call in SQL")
    finally:
        proxy.terminate()
        proxy.wait(30)


def _wait_until_alive(proxy: subprocess.Popen[bytes], port: int, log: Path) -> None:
    give_up = time.monotonic() + 200
    while True:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/liveliness", timeout=5)
        except (urllib.error.URLError, OSError):
            if proxy.poll() is not None or time.monotonic() > give_up:
                pytest.fail(log.read_text())
            time.sleep(0.5)
        else:
            return


def test_opentelemetry_in_the_collectors_place(up: RunningUp, server: OpenAiServer):
    running = find_running(up.data_dir)
    assert running is not None
    [(before,)] = up.sql(ALL)
    assert isinstance(before, int)
    collector = BatchProducer(KafkaConnection(running.environment["COAGENT_KAFKA__BOOTSTRAP_SERVERS"]), "collector")
    collector.send([Record("llm.telemetry", None, exported("instrumented_app", server.base_url))])
    collector.flush()
    up.until(lambda: up.sql(ALL) == [(before + 6,)], 60, "all calls in SQL")
