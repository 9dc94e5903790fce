from coagent.adapters.kafka.connection import KafkaConnection

CONNECTION = KafkaConnection("broker:9092", {"security.protocol": "SASL_SSL"}, {"sasl.password": "hunter2"})


def test_a_secret_is_used_but_never_shown() -> None:
    assert CONNECTION.config()["sasl.password"] == "hunter2"
    assert "hunter2" not in repr(CONNECTION)


def test_the_operators_options_win_but_for_the_servers() -> None:
    connection = KafkaConnection("broker:9092", {"linger.ms": "50", "bootstrap.servers": "other:1"})
    config = connection.config(linger_ms=5, acks="all")
    assert config == {"linger.ms": "50", "acks": "all", "bootstrap.servers": "broker:9092"}
