import pytest

from .readings import TIME, known, read, refused, skipped

MESSAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-5-20250929",
    "content": [
        {"type": "thinking", "thinking": "hidden"},
        {"type": "text", "text": "words"},
        {"type": "tool_use", "id": "t", "name": "f", "input": {"text": "hidden"}},
    ],
    "stop_reason": "tool_use",
    "stop_sequence": None,
    "usage": {
        "input_tokens": 19,
        "cache_creation_input_tokens": 1253,
        "cache_read_input_tokens": 39000,
        "cache_creation": {"ephemeral_5m_input_tokens": 253, "ephemeral_1h_input_tokens": 1000},
        "output_tokens": 100,
        "service_tier": "priority",
    },
}
REQUEST = {"model": "claude-sonnet-4-5", "max_tokens": 500, "system": "brief", "messages": [{"content": "four"}]}


def test_a_pair_with_its_time():
    reading = read({"time": TIME, "duration_ms": 1500, "request": REQUEST, "response": MESSAGE})
    expected = {
        "time": TIME, "duration_s": 1.5, "provider": "anthropic", "request_model": "claude-sonnet-4-5",
        "response_model": "claude-sonnet-4-5-20250929", "input_tokens": 19, "cached_input_tokens": 39000,
        "cache_write_tokens": 1253, "cache_write_5m_tokens": 253, "cache_write_1h_tokens": 1000, "output_tokens": 100,
        "service_tier": "priority", "finish_reason": "tool_use", "tool_calls": 1, "output_chars": 5, "refusal": False,
        "max_tokens": 500, "input_chars": 9, "status": "ok", "request_id": "msg_1",
    }  # fmt: skip
    assert {name: reading.fields[name] for name in expected} == expected
    assert (reading.input_excludes_cache, reading.output_excludes_reasoning) == (True, False)
    assert (reading.response_id, reading.unread) == ("msg_1", ())


def test_a_message_alone_says_that_its_time_has_to_stand_beside_it():
    reason, detail = refused(MESSAGE)
    assert reason == "without_time:anthropic_message"
    assert 'log it as a pair with its time, {"time": …, "request": …, "response": …}' in detail


def test_a_message_with_its_time_written_into_it_is_read():
    assert known(MESSAGE | {"time": TIME}, "time", "output_tokens") == (TIME, 100)


@pytest.mark.parametrize(
    ("usage", "unread"),
    [
        ({"server_tool_use": {"web_search_requests": 2}}, ("usage.server_tool_use.web_search_requests",)),
        ({"server_tool_use": {"web_search_requests": 0, "web_fetch_requests": 3}}, ()),
        ({"speed": "fast"}, ("usage.fast_mode",)),
        ({"inference_geo": "us"}, ("usage.us_only",)),
        ({"iterations": [{"type": "compaction"}, {"type": "message"}]}, ("usage.compaction",)),
        ({"speed": "standard", "inference_geo": "global", "iterations": [{"type": "message"}]}, ()),
    ],
)
def test_what_costs_more_than_its_tokens_is_named(usage, unread):
    assert read({"time": TIME, "response": MESSAGE | {"usage": MESSAGE["usage"] | usage}}).unread == unread


def test_a_batch_s_results():
    line = {"custom_id": "c", "result": {"type": "succeeded", "message": MESSAGE}}
    reason, detail = refused(line)
    assert (reason, "add it beside the line" in detail) == ("without_time:batch_line", True)
    assert known(line | {"time": TIME}, "service_tier", "output_tokens", "status") == ("batch", 100, "ok")


@pytest.mark.parametrize(
    ("result", "error_type"),
    [
        ({"type": "errored", "error": {"type": "error", "error": {"type": "overloaded_error"}}}, "overloaded_error"),
        ({"type": "expired"}, "expired"),
    ],
)
def test_a_batch_s_failed_results_are_failed_requests(result, error_type):
    line = {"custom_id": "c", "time": TIME, "request": REQUEST, "result": result}
    names = ("status", "error_type", "request_model", "provider", "service_tier")
    assert known(line, *names) == ("error", error_type, "claude-sonnet-4-5", "anthropic", "batch")


def test_a_failed_pair():
    error = {"type": "error", "error": {"type": "rate_limit_error", "message": "secret"}, "request_id": "req_1"}
    pair = {"time": TIME, "request": REQUEST, "response": {"status_code": 429, "body": error}}
    names = ("status", "error_type", "http_status", "request_id", "provider")
    assert known(pair, *names) == ("error", "rate_limit_error", 429, "req_1", "anthropic")


def test_a_refusal():
    assert known({"time": TIME, "response": MESSAGE | {"stop_reason": "refusal"}}, "refusal") == (True,)


def test_who_serves_a_message_shows_in_its_id():
    assert read({"time": TIME, "response": MESSAGE | {"id": "msg_bdrk_1"}}).marks == ("aws.bedrock",)
    assert read({"time": TIME, "response": MESSAGE | {"id": "msg_vrtx_1"}}).marks == ("gcp.vertex_ai",)


EVENTS = [
    {"type": "message_start", "message": MESSAGE | {"content": [], "stop_reason": None}},
    {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "wo"}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "rds"}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 300}},
    {"type": "message_stop"},
]


def test_a_pair_may_hold_the_events_of_a_stream():
    pair = {"time": TIME, "request": REQUEST, "response": EVENTS}
    names = ("output_tokens", "input_tokens", "cached_input_tokens", "finish_reason", "output_chars", "stream")
    assert known(pair, *names) == (300, 19, 39000, "end_turn", 5, True)


def test_a_stream_that_an_error_ends_has_failed():
    events = [EVENTS[0], {"type": "error", "error": {"type": "overloaded_error", "message": "x"}}]
    pair = {"time": TIME, "request": REQUEST, "response": events}
    names = ("status", "error_type", "input_tokens", "output_tokens")
    assert known(pair, *names) == ("error", "overloaded_error", 19, None)


def test_of_a_stream_that_was_cut_off_the_output_is_unknown():
    pair = {"time": TIME, "request": REQUEST, "response": EVENTS[:1]}
    assert known(pair, "input_tokens", "output_tokens") == (19, None)


def test_events_alone_are_pieces_and_the_first_says_what_to_do():
    assert {skipped(event) for event in EVENTS[1:]} == {"stream_chunk"}
    assert refused(EVENTS[0])[0] == "without_time:anthropic_message"


@pytest.mark.parametrize(
    ("version", "mark"), [("bedrock-2023-05-31", "aws.bedrock"), ("vertex-2023-10-16", "gcp.vertex_ai")]
)
def test_the_request_s_version_says_who_serves_the_model(version, mark):
    pair = {"time": TIME, "request": {"anthropic_version": version, "messages": []}, "response": MESSAGE}
    assert read(pair).marks == (mark,)


def test_the_model_id_beside_a_pair_is_what_was_asked_for():
    model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
    pair = {"time": TIME, "modelId": model, "request": {"messages": []}, "response": MESSAGE}
    assert known(pair, "request_model", "response_model") == (model, "claude-sonnet-4-5-20250929")


def test_a_batch_line_without_an_answer_says_that_its_model_is_missing():
    reason, detail = refused({"time": TIME, "custom_id": "1", "result": {"type": "expired"}})
    assert reason == "missing_field:request_model"
    assert "this batch line names no model: put the request" in detail
