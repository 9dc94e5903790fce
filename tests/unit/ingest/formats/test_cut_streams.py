"""A stream that was cut off: whatever API it is of, nobody knows how it went on."""

import pytest

from .readings import TIME, known
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
STREAMS = {"openai": CHUNKS, "anthropic": EVENTS, "gemini": PIECES, "bedrock": CONVERSE, "cohere": COHERE}
LEFT = {"openai": 2, "anthropic": 4, "gemini": 1, "bedrock": 2, "cohere": 2}
NAMES = ("stream", "status", "finish_reason", "output_tokens", "reasoning_tokens")


def pair(events, **beside):
    request = {"model": "m", "modelId": "anthropic.claude-sonnet-4-5", "stream": True}
    return {"time": TIME, "request": request, "response": events} | beside


@pytest.mark.parametrize("api", STREAMS)
def test_its_status_and_its_output_are_unknown(api):
    assert known(pair(STREAMS[api][: LEFT[api]]), *NAMES) == (True, None, None, None, None)


@pytest.mark.parametrize("api", STREAMS)
def test_a_whole_stream_has_both(api):
    stream, status, reason, output, _ = known(pair(STREAMS[api]), *NAMES)
    assert (stream, status, reason is None, output is None) == (True, "ok", False, False)


@pytest.mark.parametrize("api", STREAMS)
def test_what_stands_beside_it_says_that_it_failed(api):
    assert known(pair(STREAMS[api][: LEFT[api]], error="ReadTimeout"), "status", "error_type") == (
        "error",
        "ReadTimeout",
    )


def test_of_a_server_that_gives_no_reason_the_last_usage_is_the_end():
    chunks = [CHUNKS[0], CHUNKS[3]]
    assert known(pair(chunks), *NAMES) == (True, "ok", None, 2, None)
