"""The real litellm with coagent's logger: what its calls become, and what they never notice."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from openai import APIError

from coagent.adapters.embedded.broker import free_port
from coagent.adapters.kafka.connection import KafkaConnection
from coagent.adapters.kafka.topics import ensure_topics, telemetry_topics
from tests.integration.kafka.clients.batch_rows import ingested, read_values
from tests.integration.kafka.clients.calls import BROKEN, BUSY, PLAIN, PROMPT_CHARS, SECRET_WORDS, STREAM
from tests.integration.kafka.clients.openai_server import ANSWER, API_KEY, FINGERPRINT, OpenAiServer

pytestmark = pytest.mark.clients
litellm = pytest.importorskip("litellm", reason="needs the real clients: `make test-clients`")
from coagent.producers.litellm_logger import TOPIC, KafkaLogger  # noqa: E402  it needs litellm

REPOSITORY = Path(__file__).parents[4]
OF_CALLER = {
    "metadata": {"tags": ["task:summary", "note:Peregrine"], "tenant": "acme", "owner": "peregrine@example.com"}
}


@pytest.fixture
def broker(embedded: KafkaConnection) -> KafkaConnection:
    ensure_topics(embedded, telemetry_topics([TOPIC], 2, 1))
    return embedded


@pytest.fixture(autouse=True)
def no_callbacks_left() -> Iterator[None]:
    yield
    litellm.callbacks = []
    litellm.logging_callback_manager._reset_all_callbacks()


def on_server(server: OpenAiServer, request: dict[str, Any]) -> dict[str, Any]:
    place = {"api_base": server.base_url, "api_key": API_KEY, "max_retries": 0}
    return {**request, **OF_CALLER, **place, "model": f"openai/{request['model']}"}


def call(server: OpenAiServer) -> None:
    litellm.completion(**on_server(server, PLAIN))
    list(litellm.completion(**on_server(server, STREAM)))
    for request in (BUSY, BROKEN):
        with suppress(APIError):
            litellm.completion(**on_server(server, request))


async def call_async(server: OpenAiServer) -> None:
    await litellm.acompletion(**on_server(server, PLAIN))
    async for _ in await litellm.acompletion(**on_server(server, STREAM)):
        pass
    with suppress(APIError):
        await litellm.acompletion(**on_server(server, BUSY))
    await asyncio.sleep(1)  # litellm tells async loggers from a queue of its own


@pytest.mark.parametrize("keep_content", [False, True])
def test_each_call_becomes_one_request_with_the_server_s_own_figures(
    broker: KafkaConnection, server: OpenAiServer, keep_content: bool
) -> None:
    logger = KafkaLogger(broker.bootstrap_servers, keep_content=keep_content)
    litellm.callbacks = [logger]
    call(server)
    asyncio.run(call_async(server))
    time.sleep(0.5)  # and sync ones from a thread
    assert (0, 0) == (logger.sender.flush(), logger.sender.lost)

    values = read_values(broker, TOPIC, 7)
    found = ingested(values)

    assert (7, 7, {}, {}) == (
        found.counts.read,
        found.counts.accepted,
        dict(found.counts.skipped),
        dict(found.counts.rejected),
    )
    assert ["gpt-4o", "gpt-4o", "busy", "broken", "gpt-4o", "gpt-4o", "busy"] == [
        row["request_model"] for row in found.rows
    ]
    answered = [row for row in found.rows if row["status"] == "ok"]
    assert [(one.usage["prompt_tokens"], one.usage["completion_tokens"], 3, 5) for one in server.served] == [
        tuple(row[name] for name in ("input_tokens", "output_tokens", "cached_input_tokens", "reasoning_tokens"))
        for row in answered
    ]
    assert {("openai", FINGERPRINT, "chat", "summary", "acme", "stop", PROMPT_CHARS, len(ANSWER))} == {
        tuple(row[name] for name in (
            "provider", "system_fingerprint", "operation", "task", "tenant", "finish_reason",
            "input_chars", "output_chars",
        ))
        for row in answered
    }  # fmt: skip
    assert [("RateLimitError", 429), ("InternalServerError", 500), ("RateLimitError", 429)] == [
        (row["error_type"], row["http_status"]) for row in found.rows if row["status"] == "error"
    ]
    assert all("input_tokens" not in row for row in found.rows if row["status"] == "error")
    plain, stream = answered[:2]
    assert ("gpt-4o-2026-07-01", 0.5, 100, 7) == tuple(
        plain[name] for name in ("response_model", "temperature", "max_tokens", "seed")
    )
    assert ("response_model" not in stream, 1.0) == (True, stream["stream"])
    assert 0 < stream["time_to_first_token_s"] <= stream["duration_s"]
    assert all(row["cost_usd"] > 0 for row in answered)
    assert not [word for word in SECRET_WORDS if word.encode() in found.wire]
    assert keep_content == any(word.encode() in value for word in SECRET_WORDS for value in values)
    assert all(keep_content == ("prompt_hash" in row) for row in answered)
    assert not any(API_KEY.encode() in value for value in values)


def test_where_kafka_is_away_the_caller_waits_for_nothing_and_fails_of_nothing(server: OpenAiServer) -> None:
    logger = KafkaLogger(f"127.0.0.1:{free_port()}", options={"message.timeout.ms": "300"})
    litellm.callbacks = [logger]
    litellm.completion(**on_server(server, PLAIN))
    began = time.monotonic()
    for _ in range(1000):
        logger.log_success_event({"standard_logging_object": {"id": "x"}}, None, None, None)
    assert time.monotonic() - began < 2
    logger.log_success_event({"standard_logging_object": 3}, None, None, None)
    logger.log_success_event({}, None, None, None)
    time.sleep(0.5)
    logger.sender.flush()
    assert logger.sender.lost == 1002


def test_an_application_that_ends_at_once_has_reported_everything(
    broker: KafkaConnection, server: OpenAiServer
) -> None:
    application = [sys.executable, "-m", "tests.integration.kafka.clients.litellm_app"]
    places = [server.base_url, broker.bootstrap_servers]
    subprocess.run([*application, *places], env=os.environ, cwd=REPOSITORY, check=True, timeout=60)
    assert ingested(read_values(broker, TOPIC, 2)).counts.accepted == 2
