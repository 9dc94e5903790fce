"""LiteLLM's telemetry to Kafka: `litellm.callbacks = [KafkaLogger("127.0.0.1:19092")]`."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litellm.integrations.custom_logger import CustomLogger

from .content_free import content_free, labels_of
from .kafka_sender import KafkaSender

TOPIC = "llm.telemetry"
LABELS = ("task", "tenant")


class KafkaLogger(CustomLogger):
    """Sends the StandardLoggingPayload of each call, succeeded or failed, sync or async, streaming or not.

    Without `keep_content` only what `content_free` allows goes out. `labels` name the tags (`name:value`) and metadata
    keys that are kept; `options` are librdkafka's. Never waits for Kafka and never raises into the caller.
    """

    def __init__(
        self,
        bootstrap_servers: str,
        topic: str = TOPIC,
        *,
        options: Mapping[str, str] | None = None,
        labels: Sequence[str] = LABELS,
        keep_content: bool = False,
    ) -> None:
        super().__init__()
        self.sender = KafkaSender(bootstrap_servers, topic, options)
        self._labels = tuple(labels)
        self._keep_content = keep_content

    def log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:  # noqa: ARG002  the signature is LiteLLM's
        self._send(kwargs)

    def log_failure_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:  # noqa: ARG002
        self._send(kwargs)

    async def async_log_success_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:  # noqa: ARG002
        self._send(kwargs)

    async def async_log_failure_event(self, kwargs: Any, response_obj: Any, start_time: Any, end_time: Any) -> None:  # noqa: ARG002
        self._send(kwargs)

    def _send(self, kwargs: Mapping[str, Any]) -> None:
        """Microseconds: the queue is librdkafka's, and its own thread talks to Kafka."""
        try:
            payload = kwargs.get("standard_logging_object")
            if payload is not None:
                reported = payload if self._keep_content else content_free(payload, self._labels)
                called_with = kwargs.get("litellm_params") or {}
                labels = labels_of(payload, called_with.get("metadata"), self._labels)
                self.sender.send(msgspec.json.encode({**reported, "coagent_labels": labels}, enc_hook=str))
        except Exception as error:  # noqa: BLE001  telemetry never breaks the request it is about
            self.sender.lose(type(error).__name__)
