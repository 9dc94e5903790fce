import pytest

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.topics import cluster_metadata
from coagent.domain.errors import Fatal

CONNECTION = KafkaConnection("broker:9092", {"security.protocol": "SASL_SSL"}, {"sasl.password": "hunter2"})


def test_a_secret_is_used_but_never_shown() -> None:
    assert CONNECTION.config()["sasl.password"] == "hunter2"
    assert "hunter2" not in repr(CONNECTION)


def test_the_operators_options_win_but_for_the_servers() -> None:
    connection = KafkaConnection("broker:9092", {"linger.ms": "50", "bootstrap.servers": "other:1"})
    config = connection.config(linger_ms=5, acks="all")
    assert config == {"linger.ms": "50", "acks": "all", "bootstrap.servers": "broker:9092"}


@pytest.mark.parametrize(
    ("options", "reported"),
    [
        ({"foo": "hunter2"}, 'No such configuration property: "foo"'),
        ({"security.protocol": "hunter2"}, 'Invalid value for configuration property "security.protocol"'),
        ({"security.protocol": "sasl_plaintext", "sasl.mechanism": "hunter2"}, "Unsupported SASL mechanism: …"),
    ],
)
def test_an_option_that_the_client_refuses_is_reported_without_its_value(
    options: dict[str, str], reported: str
) -> None:
    for make in (cluster_metadata, lambda connection: BatchProducer(connection, "c")):
        with pytest.raises(Fatal, match="COAGENT_KAFKA__OPTIONS") as refused:
            make(KafkaConnection("broker:9092", options))
        assert reported in str(refused.value)
        assert "hunter2" not in str(refused.value)
