"""What is wrong with the broker is reported in the client's words, with what to do; no secret is in it."""

from pydantic import SecretStr

from coagent.adapters.embedded.broker import free_port
from coagent.entrypoints.doctor.kafka import check_broker, check_topics
from coagent.settings import KafkaSettings, Settings


def settings(**kafka) -> Settings:
    return Settings(kafka=KafkaSettings(**kafka))


def test_a_broker_that_is_not_there_is_reported_with_its_place():
    servers = f"127.0.0.1:{free_port()}"
    finding = check_broker(settings(bootstrap_servers=servers))
    assert "problem" == finding.state
    assert "Connection refused" in finding.text
    assert f"check that a broker listens on {servers} (COAGENT_KAFKA__BOOTSTRAP_SERVERS)" == finding.action


def test_a_wrong_option_is_named_without_its_value():
    given = settings(bootstrap_servers="127.0.0.1:1", secrets={"sasl.pasword": SecretStr("hunter2")})
    finding = check_broker(given)
    assert ("problem", False) == (finding.state, "hunter2" in finding.text)
    assert "skipped" == check_topics(given).state


def test_no_cluster_named():
    assert "COAGENT_KAFKA__BOOTSTRAP_SERVERS" in check_broker(settings()).text
