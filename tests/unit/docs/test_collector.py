"""The collector's configuration fits `coagent up` as it listens, and the compose file fits it into its own network."""

import re
from pathlib import Path

import yaml

from coagent.adapters.embedded.broker import USUAL_PORT
from coagent.settings import Settings

DOCKER = Path(__file__).parents[3] / "docker"
COLLECTOR = yaml.safe_load((DOCKER / "otel-collector.yaml").read_text())
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text())["services"]


def test_it_writes_where_up_listens_to_topics_that_are_read_by_default():
    kafka = COLLECTOR["exporters"]["kafka"]
    assert kafka["brokers"] == [f"${{env:KAFKA_BROKERS:-127.0.0.1:{USUAL_PORT}}}"]
    read = Settings.model_fields["ingest"].default.topics
    assert {kafka[signal]["topic"] for signal in ("traces", "logs")} <= set(read)


def test_it_listens_on_this_machine_alone_unless_reported_otherwise():
    for protocol in COLLECTOR["receivers"]["otlp"]["protocols"].values():
        assert re.fullmatch(r"\$\{env:OTLP_HOST:-127\.0\.0\.1\}:\d+", protocol["endpoint"])


def test_compose_sets_both_variables():
    assert COMPOSE["otel-collector"]["environment"] == {"KAFKA_BROKERS": "kafka:9092", "OTLP_HOST": "0.0.0.0"}  # noqa: S104  in its own network


def test_every_address_of_the_walk_is_where_up_listens():
    walk = (DOCKER.parent / "docs" / "day-one.md").read_text()
    assert set(re.findall(r'127\.0\.0\.1:(\d+)"', walk)) == {str(USUAL_PORT)}
