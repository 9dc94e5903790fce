"""How to reach a Kafka cluster."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class KafkaConnection:
    """Bootstrap servers, librdkafka options, and the options that are never printed (`sasl.password`, ...)."""

    bootstrap_servers: str
    options: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)

    def config(self, **extra: str | float | bool) -> dict[str, str | float | bool]:
        """Configuration of librdkafka; `extra` names have underscores for dots and give way to the operator's options.

        >>> KafkaConnection("localhost:9092", {"linger.ms": "50"}).config(linger_ms=5, acks="all")
        {'linger.ms': '50', 'acks': 'all', 'bootstrap.servers': 'localhost:9092'}
        """
        defaults = {name.replace("_", "."): value for name, value in extra.items()}
        return {**defaults, **self.options, **self.secrets, "bootstrap.servers": self.bootstrap_servers}
