"""Real openai client, real instrumentation, real SDK: what its spans become."""

from importlib.util import find_spec

import pytest

from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.producer import BatchProducer
from coagent.adapters.kafka.record import Record
from coagent.adapters.kafka.topics import ensure_topics, telemetry_topics
from tests.integration.kafka.clients.applications import exported
from tests.integration.kafka.clients.batch_rows import ingested, read_values
from tests.integration.kafka.clients.calls import PROMPT_CHARS, SECRET_WORDS
from tests.integration.kafka.clients.openai_server import ANSWER, FINGERPRINT, OpenAiServer

pytestmark = [
    pytest.mark.clients,
    pytest.mark.skipif(find_spec("litellm") is None, reason="needs the real clients: `make test-clients`"),
]
TOPIC = "otlp_spans"
OLDER: dict[str, str] = {}
CURRENT = {
    "OTEL_SEMCONV_STABILITY_OPT_IN": "gen_ai_latest_experimental",
    "OTEL_INSTRUMENTATION_GENAI_CAPTURE_MESSAGE_CONTENT": "SPAN_ONLY",
}


@pytest.mark.parametrize("conventions", [OLDER, CURRENT], ids=["older", "current, with content"])
def test_spans_become_requests_with_the_server_s_own_figures(
    embedded: KafkaConnection, server: OpenAiServer, conventions: dict[str, str]
) -> None:
    ensure_topics(embedded, telemetry_topics([TOPIC], 2, 1))
    producer = BatchProducer(embedded, "collector")
    producer.send([Record(TOPIC, None, exported("instrumented_app", server.base_url, conventions))])
    producer.flush()

    found = ingested(read_values(embedded, TOPIC, 1))

    assert ([429, 500], 4) == (server.refused, len(server.served))
    assert (1, 6, {"not_genai": 1}, {}) == (
        found.counts.read,
        found.counts.accepted,
        dict(found.counts.skipped),
        dict(found.counts.rejected),
    )
    assert ["gpt-4o", "gpt-4o", "busy", "broken", "gpt-4o", "gpt-4o"] == [row["request_model"] for row in found.rows]
    answered = [row for row in found.rows if row["status"] == "ok"]
    assert [(one.usage["prompt_tokens"], one.usage["completion_tokens"]) for one in server.served] == [
        (row["input_tokens"], row["output_tokens"]) for row in answered
    ]
    assert {("openai", "gpt-4o-2026-07-01", "default", "1.2.3", "chat")} == {
        (row["provider"], row["response_model"], row["service_tier"], row["app_version"], row["operation"])
        for row in answered
    }
    assert all(0 < row["duration_s"] < 60 for row in found.rows)
    assert [("error", "RateLimitError"), ("error", "InternalServerError")] == [
        (row["status"], row["error_type"]) for row in found.rows if row["status"] != "ok"
    ]
    assert all("input_tokens" not in row for row in found.rows if row["status"] != "ok")
    plain = answered[0]
    assert (0.5, 100, 7, "stop") == tuple(
        plain[name] for name in ("temperature", "max_tokens", "seed", "finish_reason")
    )
    assert not [word for word in SECRET_WORDS if word.encode() in found.wire]
    if conventions is CURRENT:
        assert (FINGERPRINT, PROMPT_CHARS, len(ANSWER)) == (
            plain["system_fingerprint"],
            plain["input_chars"],
            plain["output_chars"],
        )
        assert all("prompt_hash" in row for row in answered)
