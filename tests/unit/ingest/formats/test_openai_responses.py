import pytest

from .readings import TIME, known, read, refused, skipped

RESPONSE = {
    "id": "resp_1",
    "object": "response",
    "created_at": TIME,
    "status": "completed",
    "model": "gpt-5-2025-08-07",
    "service_tier": "flex",
    "temperature": 1.0,
    "top_p": 0.5,
    "max_output_tokens": 900,
    "output": [
        {"type": "reasoning", "summary": []},
        {"type": "message", "content": [{"type": "output_text", "text": '{"a": 1}'}]},
    ],
    "usage": {
        "input_tokens": 1000,
        "input_tokens_details": {"cached_tokens": 512},
        "output_tokens": 200,
        "output_tokens_details": {"reasoning_tokens": 128},
        "total_tokens": 1200,
    },
}


def test_a_response_alone():
    reading = read(RESPONSE)
    expected = {
        "time": TIME, "request_model": "gpt-5-2025-08-07", "service_tier": "flex", "input_tokens": 1000,
        "output_tokens": 200, "cached_input_tokens": 512, "reasoning_tokens": 128, "total_tokens": 1200,
        "temperature": 1.0, "top_p": 0.5, "max_tokens": 900, "output_chars": 8, "tool_calls": 0, "refusal": False,
        "finish_reason": "completed", "status": "ok", "provider": "openai",
    }  # fmt: skip
    assert {name: reading.fields[name] for name in expected} == expected
    assert (reading.response_id, reading.unread) == ("resp_1", ())


def test_a_pair_knows_the_request_and_the_duration():
    request = {
        "model": "gpt-5",
        "input": [{"role": "user", "content": [{"type": "input_text", "text": "four"}]}],
        "instructions": "be brief",
        "temperature": 0.0,
        "text": {"format": {"type": "json_schema", "schema": {"required": ["b"]}}},
    }
    pair = {"request": request, "response": RESPONSE, "time": TIME - 2, "duration_s": 2.5}
    names = ("request_model", "response_model", "temperature", "input_chars", "schema_valid", "time", "duration_s")
    assert known(pair, *names) == ("gpt-5", "gpt-5-2025-08-07", 0.0, 12, False, TIME - 2, 2.5)


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}, ("ok", "max_output_tokens")),
        ({"status": "failed", "error": {"code": "server_error", "message": "x"}}, ("error", None)),
        ({"status": "cancelled"}, ("error", None)),
    ],
)
def test_how_a_response_ends(changed, expected):
    assert known(RESPONSE | changed, "status", "finish_reason") == expected


def test_a_failure_s_code_is_its_error_type():
    assert known(RESPONSE | {"status": "failed", "error": {"code": "server_error"}}, "error_type") == ("server_error",)


def test_calls_and_refusals_are_counted_and_paid_tools_named():
    output = [
        {"type": "function_call", "arguments": "secret"},
        {"type": "web_search_call"},
        {"type": "message", "content": [{"type": "refusal", "refusal": "secret"}]},
    ]
    reading = read(RESPONSE | {"output": output})
    assert [reading.fields[name] for name in ("tool_calls", "refusal", "output_chars")] == [2, True, 0]
    assert reading.unread == ("output.web_search_call",)


def test_only_the_event_that_ends_a_stream_is_a_request():
    assert skipped({"type": "response.output_text.delta", "delta": "x"}) == "stream_chunk"
    assert skipped({"type": "response.created", "response": RESPONSE | {"status": "in_progress"}}) == "stream_chunk"
    assert known({"type": "response.completed", "response": RESPONSE}, "output_tokens") == (200,)


def test_a_pair_may_hold_all_events_of_a_stream():
    events = [
        {"type": "response.created", "response": RESPONSE | {"status": "in_progress", "usage": None}},
        {"type": "response.output_text.delta", "delta": "x"},
        {"type": "response.completed", "response": RESPONSE},
    ]
    assert known({"request": {"model": "gpt-5"}, "response": events}, "output_tokens", "stream") == (200, True)


def test_a_response_that_is_still_made_is_no_request_yet():
    assert skipped(RESPONSE | {"status": "queued"}) == "unfinished_response"


def test_a_line_of_a_batch_has_the_batch_s_tier():
    line = {"id": "b", "custom_id": "1", "response": {"status_code": 200, "body": RESPONSE}, "error": None}
    assert known(line, "service_tier", "http_status", "output_tokens") == ("batch", 200, 200)


def test_a_response_without_its_time_says_what_to_do():
    reason, detail = refused(RESPONSE | {"created_at": None})
    assert (reason, "pair" in detail) == ("without_time:responses_object", True)


REALTIME = {
    "object": "realtime.response",
    "id": "resp_1",
    "status": "completed",
    "status_details": None,
    "conversation_id": "conv_1",
    "max_output_tokens": "inf",
    "output": [],
    "usage": {
        "total_tokens": 253,
        "input_tokens": 132,
        "output_tokens": 121,
        "input_token_details": {
            "text_tokens": 119,
            "audio_tokens": 13,
            "cached_tokens": 64,
            "cached_tokens_details": {"text_tokens": 64, "audio_tokens": 0},
        },
        "output_token_details": {"text_tokens": 30, "audio_tokens": 91},
    },
}


@pytest.mark.parametrize("response", [REALTIME, {"type": "response.done", "event_id": "e", "response": REALTIME}])
def test_a_realtime_response_in_a_pair(response):
    pair = {"time": TIME, "request": {"model": "gpt-realtime"}, "response": response}
    names = ("request_model", "input_tokens", "cached_input_tokens", "input_audio_tokens", "output_tokens")
    assert known(pair, *names) == ("gpt-realtime", 132, 64, 13, 121)
    assert known(pair, "output_audio_tokens", "max_tokens", "conversation_id") == (91, None, "conv_1")


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"status": "incomplete", "status_details": {"reason": "content_filter"}}, ("ok", "content_filter", None)),
        ({"status": "failed", "status_details": {"error": {"code": "rate_limit"}}}, ("error", None, "rate_limit")),
        ({"status": "cancelled", "status_details": {"reason": "turn_detected"}}, ("error", None, "cancelled")),
    ],
)
def test_how_a_realtime_response_ends(changed, expected):
    pair = {"time": TIME, "request": {"model": "gpt-realtime"}, "response": REALTIME | changed}
    assert known(pair, "status", "finish_reason", "error_type") == expected


def test_a_realtime_response_alone_says_what_to_do():
    assert refused(REALTIME)[0] == "without_time:responses_object"
