import json
from datetime import UTC, datetime

import pytest

from coagent.domain.request import Request
from coagent.ingest.formats import bodies
from coagent.ingest.options import DecodeOptions

OPTIONS = DecodeOptions(now_s=1_782_950_000.0)
RESPONSE = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1_782_907_200,
    "model": "gpt-4o-2024-08-06",
    "system_fingerprint": "fp_1",
    "service_tier": "default",
    "choices": [
        {
            "index": 0,
            "message": {"role": "assistant", "content": "Rainy", "refusal": None},
            "logprobs": {"content": [{"token": "Rai", "logprob": -0.5}, {"token": "ny", "logprob": -1.0}]},
            "finish_reason": "stop",
        }
    ],
    "usage": {
        "prompt_tokens": 120,
        "completion_tokens": 30,
        "prompt_tokens_details": {"cached_tokens": 64},
        "completion_tokens_details": {"reasoning_tokens": 8},
    },
}
REQUEST = {
    "model": "gpt-4o",
    "messages": [{"role": "user", "content": [{"type": "text", "text": "Weather?"}]}],
    "temperature": 0.5,
    "max_completion_tokens": 100,
    "stream": False,
    "metadata": {"task": "summary"},
}
ALONE = Request(
    time=datetime(2026, 7, 1, 12, tzinfo=UTC),
    provider="openai",
    request_model="gpt-4o-2024-08-06",
    request_id="chatcmpl-1",
    response_model="gpt-4o-2024-08-06",
    system_fingerprint="fp_1",
    service_tier="default",
    operation="chat",
    input_tokens=120,
    output_tokens=30,
    cached_input_tokens=64,
    reasoning_tokens=8,
    output_chars=5,
    finish_reason="stop",
    status="ok",
    tool_calls=0,
    refusal=False,
    mean_logprob=-0.75,
    response_id="chatcmpl-1",
)


def decoded(message, options=OPTIONS):
    outcome, *_ = bodies.decode(json.dumps(message).encode(), options)
    return outcome


def test_a_response_alone():
    assert decoded(RESPONSE) == ALONE


def test_a_pair_knows_the_request_too():
    request = decoded({"request": REQUEST, "response": RESPONSE}, DecodeOptions(task_attribute="task", hash_key=b"k"))
    assert (request.request_model, request.response_model) == ("gpt-4o", "gpt-4o-2024-08-06")
    assert (request.temperature, request.max_tokens, request.stream) == (0.5, 100, False)
    assert (request.input_chars, request.task) == (8, "summary")
    assert (len(request.prompt_hash), request.prefix_hash) == (32, None)


def test_canonical_fields_beside_a_pair_win():
    request = decoded(
        {"request": REQUEST, "response": RESPONSE, "provider": "own", "duration_s": 1.5, "time": "2026-07-01T11:59:58Z"}
    )
    assert (request.provider, request.duration_s) == ("own", 1.5)
    assert request.time == datetime(2026, 7, 1, 11, 59, 58, tzinfo=UTC)


def test_a_failed_pair_has_no_response():
    error = {"error": {"type": "rate_limit_exceeded", "message": "secret words"}}
    request = decoded({"request": REQUEST, "response": error, "time": 1_782_907_200, "http_status": 429})
    assert (request.status, request.error_type, request.http_status) == ("error", "rate_limit_exceeded", 429)


def test_a_line_of_a_batch_s_output():
    request = decoded(
        {"id": "batch_1", "custom_id": "a", "response": {"status_code": 200, "body": RESPONSE}, "error": None}
    )
    assert (request.request_id, request.http_status, request.status) == ("chatcmpl-1", 200, "ok")


def test_the_metrics_of_a_vllm_server():
    metrics = {"time_to_first_token_ms": 85.0, "generation_time_ms": 1240.0, "queue_time_ms": 15.0, "mean_itl_ms": 9.1}
    fingerprint = "vllm-0.32.0-0a1b2c3d"
    request = decoded(RESPONSE | {"metrics": metrics, "system_fingerprint": fingerprint})
    assert (request.provider, request.system_fingerprint) == ("vllm", fingerprint)
    assert request.time_to_first_token_s == pytest.approx(0.085)
    assert request.duration_s == pytest.approx(1.34)
    assert request.attributes["mean_itl_ms"] == "9.1"


def test_tool_calls_refusals_and_older_completions():
    message = {"role": "assistant", "content": None, "tool_calls": [{}, {}], "refusal": "I can not"}
    request = decoded(RESPONSE | {"choices": [{"message": message, "finish_reason": "tool_calls"}]})
    assert (request.tool_calls, request.refusal, request.output_chars) == (2, True, 0)
    older = RESPONSE | {
        "object": "text_completion",
        "choices": [{"text": "abc", "logprobs": {"token_logprobs": [-1.0]}}],
    }
    request = decoded(older)
    assert (request.operation, request.output_chars, request.mean_logprob) == ("text_completion", 3, -1.0)


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        ({"choices": []}, "without_time:chat_completion"),
        (RESPONSE | {"created": None}, "without_time:chat_completion"),
        (RESPONSE | {"created": "now"}, "invalid_time:time"),
        ({"request": REQUEST | {"messages": json.loads("[" * 200 + "]" * 200)}, "response": RESPONSE}, "too_deep"),
    ],
)
def test_wrong_values_reject_the_record(message, reason):
    assert decoded(message).reason == reason
