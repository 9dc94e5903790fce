"""Containers of the compose file may do little, are asked for their health, and are pinned by digest."""

from pathlib import Path

import yaml

from coagent.adapters.embedded.ports import free_port
from coagent.adapters.metrics.server import serve_metrics
from coagent.adapters.pulse import Pulse
from coagent.health import is_ready
from coagent.settings import Settings
from tools.pin_images import FILES, pinned

COMPOSE = yaml.safe_load((Path(__file__).parents[3] / "docker/compose.yaml").read_text())["services"]
PROCESSES = ("ingest", "worker", "sink", "agent")


def test_each_process_is_asked_at_its_own_port() -> None:
    for name in PROCESSES:
        *_, port = COMPOSE[name]["healthcheck"]["test"]
        assert int(port) == getattr(Settings().metrics, f"{name}_port")


def test_each_process_writes_to_its_volume_alone() -> None:
    for name in PROCESSES:
        assert (COMPOSE[name]["read_only"], COMPOSE[name]["tmpfs"]) == (True, ["/tmp"])
        assert COMPOSE[name]["volumes"] == ["/home/coagent/data"]


def test_health_is_whether_it_gets_on() -> None:
    pulse, port = Pulse(), free_port()
    assert not is_ready(port)
    server = serve_metrics("127.0.0.1", port, list, pulse)
    assert server is not None
    assert not is_ready(server.server_port)
    pulse.got_on()
    assert is_ready(server.server_port)
    server.shutdown()


def test_every_image_is_pinned_and_again_when_it_moves() -> None:
    named = {one["image"] for one in COMPOSE.values() if "image" in one} | {"python:3.12-slim"}
    first, second = (f"sha256:{digit * 64}" for digit in "ab")
    for file in FILES:
        once = pinned(file.read_text(), lambda _: first)
        named -= {image for image in named if f"{image}@{first}" in once}
        assert pinned(once, lambda _: second) == once.replace(first, second)
    assert named == set()
