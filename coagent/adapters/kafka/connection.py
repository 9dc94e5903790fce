"""How to reach a Kafka cluster."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from confluent_kafka import KafkaException

from coagent.domain.errors import Fatal


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

    @contextmanager
    def checked(self) -> Iterator[None]:
        """Around the making of a client: options that it refuses become Fatal, with its reason but no value."""
        try:
            yield
        except KafkaException as refused:
            reason = self._without_values(refused.args[0].str())
            raise Fatal(
                f"the Kafka client refuses COAGENT_KAFKA__OPTIONS or COAGENT_KAFKA__SECRETS: {reason}. "
                "Correct or remove that option"
            ) from None  # the cause may quote a value

    def _without_values(self, text: str) -> str:
        text = re.sub(r'value ".*" for', "value for", text, flags=re.DOTALL)
        for value in {*self.options.values(), *self.secrets.values()} - {""}:
            text = re.sub(rf"(?<![\w.]){re.escape(value)}(?![\w.])", "…", text)
        return text
