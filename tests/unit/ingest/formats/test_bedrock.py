import pytest

from .readings import TIME, known, read, refused

RESPONSE = {
    "ResponseMetadata": {
        "RequestId": "r-1",
        "HTTPStatusCode": 200,
        "HTTPHeaders": {"date": "Wed, 01 Jul 2026 12:00:04 GMT"},
    },
    "output": {"message": {"role": "assistant", "content": [{"text": "words"}, {"toolUse": {"name": "f"}}]}},
    "stopReason": "tool_use",
    "usage": {
        "inputTokens": 35,
        "outputTokens": 446,
        "totalTokens": 1781,
        "cacheReadInputTokens": 1000,
        "cacheWriteInputTokens": 300,
        "cacheDetails": [{"ttl": "1h", "inputTokens": 200}, {"ttl": "5m", "inputTokens": 100}],
    },
    "metrics": {"latencyMs": 3640},
}
MODEL = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
REQUEST = {
    "modelId": f"arn:aws:bedrock:us-east-1:111122223333:inference-profile/{MODEL}",
    "system": [{"text": "brief"}],
    "messages": [{"role": "user", "content": [{"text": "four"}]}],
    "inferenceConfig": {"maxTokens": 500, "temperature": 0.1, "topP": 0.9},
}


def test_a_pair():
    reading = read({"request": REQUEST, "response": RESPONSE})
    expected = {
        "provider": "aws.bedrock", "request_model": MODEL, "duration_s": 3.64, "input_tokens": 35, "output_tokens": 446,
        "cached_input_tokens": 1000, "cache_write_tokens": 300, "cache_write_1h_tokens": 200,
        "cache_write_5m_tokens": 100, "finish_reason": "tool_use", "tool_calls": 1, "output_chars": 5,
        "max_tokens": 500, "temperature": 0.1, "top_p": 0.9, "input_chars": 9, "request_id": "r-1",
        "http_status": 200, "status": "ok",
    }  # fmt: skip
    assert {name: reading.fields[name] for name in expected} == expected
    assert reading.fields["time"] == pytest.approx(TIME + 4 - 3.64)
    assert (reading.input_excludes_cache, reading.unread) == (True, ())


def test_the_time_beside_a_pair_wins():
    assert known({"request": REQUEST, "response": RESPONSE, "started_at": TIME}, "time") == (TIME,)


def test_a_response_alone_without_its_metadata_says_what_to_do():
    assert refused({**RESPONSE, "ResponseMetadata": None})[0] == "without_time:converse_response"


def test_the_model_may_stand_in_the_url():
    url = "https://bedrock-runtime.us-east-1.amazonaws.com/model/anthropic.claude-3-haiku-20240307-v1%3A0/converse"
    pair = {"url": url, "request": {"messages": []}, "response": RESPONSE}
    assert known(pair, "request_model") == ("anthropic.claude-3-haiku-20240307-v1:0",)
    assert read(pair).host == url


def test_what_a_guardrail_stopped_is_a_refusal():
    assert known({"request": REQUEST, "response": RESPONSE | {"stopReason": "guardrail_intervened"}}, "refusal") == (
        True,
    )


def test_a_pair_may_hold_the_events_of_a_stream():
    events = [
        {"messageStart": {"role": "assistant"}},
        {"contentBlockDelta": {"delta": {"text": "wo"}, "contentBlockIndex": 0}},
        {"contentBlockDelta": {"delta": {"text": "rds"}, "contentBlockIndex": 0}},
        {"messageStop": {"stopReason": "end_turn"}},
        {"metadata": {"usage": RESPONSE["usage"], "metrics": {"latencyMs": 900}}},
    ]
    names = ("output_chars", "tool_calls", "finish_reason", "output_tokens", "duration_s", "stream")
    assert known({"request": REQUEST, "response": events, "time": TIME}, *names) == (5, 0, "end_turn", 446, 0.9, True)
