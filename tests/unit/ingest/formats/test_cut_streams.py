"""A stream that was cut off: whatever API it is of, nobody knows how it went on."""

import json

import pytest

from coagent.domain.request import Request
from coagent.ingest.formats.decoders import decode

from .readings import OPTIONS, TIME, decoded
from .test_anthropic import EVENTS

CHUNK = {"id": "c", "object": "chat.completion.chunk", "created": TIME, "model": "gpt-4o-2024-08-06"}
SO_FAR = {"prompt_tokens": 12, "completion_tokens": 1, "total_tokens": 13}
CHUNKS = [
    CHUNK | {"choices": [{"index": 0, "delta": {"role": "assistant", "content": "wo"}, "finish_reason": None}]},
    CHUNK | {"choices": [{"index": 0, "delta": {"content": "rds"}, "finish_reason": None}], "usage": SO_FAR},
    CHUNK | {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
    CHUNK | {"choices": [], "usage": {"prompt_tokens": 12, "completion_tokens": 2, "total_tokens": 14}},
]
PIECES = [
    {"candidates": [{"content": {"parts": [{"text": "wo"}]}}], "modelVersion": "gemini-2.5-flash",
     "usageMetadata": {"promptTokenCount": 12, "candidatesTokenCount": 1, "thoughtsTokenCount": 1}},
    {"candidates": [{"content": {"parts": [{"text": "rds"}]}, "finishReason": "STOP"}], "modelVersion": "m",
     "usageMetadata": {"promptTokenCount": 12, "candidatesTokenCount": 2, "thoughtsTokenCount": 1}},
]  # fmt: skip
CONVERSE = [
    {"messageStart": {"role": "assistant"}},
    {"contentBlockDelta": {"contentBlockIndex": 0, "delta": {"text": "words"}}},
    {"messageStop": {"stopReason": "end_turn"}},
    {"metadata": {"usage": {"inputTokens": 12, "outputTokens": 2, "totalTokens": 14}}},
]
COHERE = [
    {"type": "message-start", "id": "c-1"},
    {"type": "content-delta", "delta": {"message": {"content": {"text": "words"}}}},
    {"type": "message-end", "delta": {"finish_reason": "COMPLETE", "usage": {"billed_units": {"output_tokens": 2}}}},
]
OLLAMA = [
    {"model": "llama3", "created_at": "2026-06-01T08:00:00Z", "message": {"content": "wo"}, "done": False},
    {"model": "llama3", "created_at": "2026-06-01T08:00:01Z", "message": {"content": ""}, "done": True,
     "done_reason": "stop", "total_duration": 10**9, "prompt_eval_count": 12, "eval_count": 2},
]  # fmt: skip
RESPONSE = {"id": "resp_1", "object": "response", "created_at": TIME, "model": "gpt-5", "output": []}
RESPONSES = [
    {"type": "response.created", "response": RESPONSE | {"status": "in_progress", "usage": None}},
    {"type": "response.output_text.delta", "delta": "words"},
    {"type": "response.completed",
     "response": RESPONSE | {"status": "completed", "usage": {"input_tokens": 12, "output_tokens": 2}}},
]  # fmt: skip
STREAMS = {
    "openai": CHUNKS,
    "anthropic": EVENTS,
    "gemini": PIECES,
    "bedrock": CONVERSE,
    "cohere": COHERE,
    "ollama": OLLAMA,
    "responses": RESPONSES,
}
LEFT = {"openai": 2, "anthropic": 4, "gemini": 1, "bedrock": 2, "cohere": 2, "ollama": 1, "responses": 2}
NAMES = ("stream", "status", "finish_reason", "output_tokens", "reasoning_tokens")


def pair(events, **beside):
    request = {"model": "m", "modelId": "anthropic.claude-sonnet-4-5", "stream": True}
    return {"time": TIME, "request": request, "response": events} | beside


def known(message, *names):
    found = decoded(message)[0]
    assert isinstance(found, Request), found
    return tuple(getattr(found, name) for name in names)


@pytest.mark.parametrize("api", STREAMS)
def test_its_status_and_its_output_are_unknown(api):
    assert known(pair(STREAMS[api][: LEFT[api]]), *NAMES) == (True, None, None, None, None)


@pytest.mark.parametrize("api", STREAMS)
def test_a_whole_stream_has_both(api):
    _, status, reason, output, _ = known(pair(STREAMS[api]), *NAMES)
    assert (status, reason is None, output is None) == ("ok", False, False)


@pytest.mark.parametrize("api", STREAMS)
def test_what_stands_beside_it_says_that_it_failed(api):
    assert known(pair(STREAMS[api][: LEFT[api]], error="ReadTimeout"), "status", "error_type") == (
        "error",
        "ReadTimeout",
    )


def test_of_a_server_that_gives_no_reason_the_last_usage_is_the_end():
    chunks = [CHUNKS[0], CHUNKS[3]]
    assert known(pair(chunks), *NAMES) == (True, "ok", None, 2, None)


@pytest.mark.parametrize("api", STREAMS)
def test_it_is_found_by_its_content(api):
    value = json.dumps(pair(STREAMS[api]) | {"request": {"model": "m", "modelId": "m", "messages": []}}).encode()
    assert isinstance(decode(value, OPTIONS)[0], Request)


def test_a_stream_whose_prompt_was_blocked_is_a_request():
    piece = {"promptFeedback": {"blockReason": "SAFETY"}, "usageMetadata": {"promptTokenCount": 8}}
    assert known(pair([piece]), "status", "finish_reason", "input_tokens") == ("ok", "SAFETY", 8)
