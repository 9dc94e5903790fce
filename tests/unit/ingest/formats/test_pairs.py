"""What stands around a body: times, durations, statuses, wrappings."""

import json

import pytest

from coagent.domain.rejected import Noted
from coagent.domain.request import Request

from .readings import TIME, decoded, known, read, refused

RESPONSE = {
    "id": "c-1",
    "object": "chat.completion",
    "created": TIME + 3,
    "model": "gpt-4o",
    "choices": [{"message": {"content": "ok"}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 10, "completion_tokens": 2},
}
REQUEST = {"model": "gpt-4o", "messages": [{"role": "user", "content": "four"}]}


def pair(**beside):
    return {"request": REQUEST, "response": RESPONSE} | beside


@pytest.mark.parametrize(
    "beside",
    [
        {"time": TIME},
        {"started_at": "2026-07-01T12:00:00Z"},
        {"start_time": "2026-07-01 12:00:00"},
        {"timestamp": TIME * 1000},
        {"created_at": "2026-07-01T14:00:00+02:00"},
        {"ended_at": TIME + 2, "latency_ms": 2000},
    ],
)
def test_the_time_beside_a_pair_by_any_name(beside):
    assert known(pair(**beside), "time") == (TIME,)


@pytest.mark.parametrize(
    "beside",
    [{"duration_s": 1.5}, {"duration_ms": 1500}, {"latency_ms": "1500"}, {"elapsed": 1.5},
     {"start_time": TIME, "end_time": TIME + 1.5}],
)  # fmt: skip
def test_the_duration_beside_a_pair_by_any_name(beside):
    assert known(pair(**beside), "duration_s") == (1.5,)


def test_a_duration_without_its_unit_is_noted_and_not_guessed():
    request, note = decoded(pair(latency=1.5))
    assert isinstance(request, Request)
    assert (request.duration_s, note.reason) == (None, "unit_unknown:latency")
    assert isinstance(note, Noted)
    assert "latency_s or latency_ms" in note.detail


def test_without_a_time_beside_it_a_pair_has_the_response_s():
    assert known(pair(), "time") == (TIME + 3,)


def test_the_answer_s_headers_serve_where_nothing_else_has_a_time():
    headers = {"Date": "Wed, 01 Jul 2026 12:00:02 GMT", "openai-processing-ms": "2000"}
    response = {"status_code": 200, "headers": headers, "body": RESPONSE | {"created": None}}
    assert known({"request": REQUEST, "response": response}, "time", "http_status") == (TIME, 200)


def test_bodies_may_be_texts_inside_http_messages():
    message = {
        "request": {"url": "https://api.deepseek.com/v1/chat/completions", "body": json.dumps(REQUEST)},
        "response": {"status": {"code": 200}, "body": {"string": json.dumps(RESPONSE)}},
    }  # fmt: skip
    assert known(message, "request_model", "input_chars", "http_status", "output_tokens") == ("gpt-4o", 4, 200, 2)
    assert read(message).host == "https://api.deepseek.com/v1/chat/completions"


@pytest.mark.parametrize(
    ("beside", "expected"),
    [
        ({"status": "ok"}, ("ok", None)),
        ({"status": "success"}, ("ok", None)),
        ({"status": 200}, ("ok", 200)),
        ({"status_code": 503}, ("error", 503)),
        ({"status": "failed"}, ("error", None)),
    ],
)
def test_the_status_beside_a_pair(beside, expected):
    assert known(pair(**beside), "status", "http_status") == expected


@pytest.mark.parametrize(
    ("answer", "error_type"),
    [
        ({"response": None, "error": {"type": "timeout", "message": "secret"}}, "timeout"),
        ({"response": None, "error": "ReadTimeout"}, "ReadTimeout"),
        ({"response": None, "error": "the secret words"}, "_OTHER"),
        ({"response": {"error": {"code": "insufficient_quota"}}, "http_status": 429}, "insufficient_quota"),
        ({"response": "upstream is gone", "status_code": 502}, None),
        ({"response": {"error": {"code": 429, "status": "RESOURCE_EXHAUSTED"}}}, "RESOURCE_EXHAUSTED"),
    ],
)
def test_a_failed_request_has_the_request_s_model(answer, error_type):
    message = {"time": TIME, "request": REQUEST} | answer
    assert known(message, "status", "error_type", "request_model") == ("error", error_type, "gpt-4o")


def test_a_failed_batch_line_without_a_time_says_so():
    body = {"error": {"message": "secret", "type": "invalid_request_error", "code": "x"}}
    line = {"id": "b", "custom_id": "r", "response": {"status_code": 400, "body": body}, "error": None}
    reason, detail = refused(line)
    assert (reason, "batch" in detail, "secret" in detail) == ("without_time:batch_line", True, False)
    dated = known(line | {"time": TIME, "request_model": "gpt-4o"}, "status", "http_status", "error_type")
    assert dated == ("error", 400, "invalid_request_error")


def test_task_and_tenant_stand_in_metadata_of_either():
    assert known(pair(metadata={"task": "t", "team": 7}), "task", "tenant") == ("t", "7")
    asked = {"request": REQUEST | {"metadata": {"task": "t"}}, "response": RESPONSE}
    assert known(asked, "task", "tenant") == ("t", None)


def test_other_names_of_a_pair_s_parts():
    assert known({"request_body": REQUEST, "response_body": json.dumps(RESPONSE)}, "input_chars") == (4,)
    assert known({"requestBody": REQUEST, "responseBody": RESPONSE}, "output_tokens") == (2,)
