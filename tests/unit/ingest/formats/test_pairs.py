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
        ({"response": {"Error": {"Code": "ThrottlingException", "Message": "words"}}}, "ThrottlingException"),
        ({"response": {"object": "error", "message": "words", "type": "rate_limited", "code": "1300"}}, "rate_limited"),
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


@pytest.mark.parametrize("beside", [{"key": "k"}, {"custom_id": "c"}])
def test_an_id_beside_a_pair_makes_it_no_line_of_a_batch(beside):
    assert known(pair(**beside), "service_tier") == (None,)


def test_a_tier_beside_a_batch_s_line_wins():
    line = {"custom_id": "c", "response": {"status_code": 200, "body": RESPONSE}, "service_tier": "flex"}
    assert known(line, "service_tier") == ("flex",)


def test_the_model_beside_a_pair_serves_where_the_request_has_none():
    message = {"time": TIME, "model": "gpt-4o", "request": {}, "response": {"error": {"type": "timeout"}}}
    assert known(message, "request_model") == ("gpt-4o",)


def test_a_list_of_stored_answers_is_read_one_by_one():
    outcomes = decoded({"object": "list", "data": [RESPONSE, RESPONSE | {"created": None}, RESPONSE]})
    assert [type(outcome).__name__ for outcome in outcomes] == ["Request", "Rejected", "Request"]
    assert outcomes[1].index == 1


@pytest.mark.parametrize(
    ("model", "provider"), [("mistral-large-latest", "mistral_ai"), ("grok-4", "x_ai"), ("llama-3.3-70b", "openai")]
)
def test_a_well_known_model_says_who_serves_where_nothing_else_does(model, provider):
    assert decoded(RESPONSE | {"model": model})[0].provider == provider


def test_a_host_says_more_than_a_model_s_name():
    message = pair(url="https://x.services.ai.azure.com/v1") | {"response": RESPONSE | {"model": "grok-4"}}
    assert decoded(message)[0].provider == "azure"


def test_a_request_s_model_that_is_no_text_gives_way_to_the_response_s():
    assert known({"request": {"model": {"id": 1}}, "response": RESPONSE}, "request_model") == ("gpt-4o",)


def test_a_date_header_is_written_at_the_end_and_of_a_stream_at_its_beginning():
    headers = {"date": "Wed, 01 Jul 2026 12:00:02 GMT"}
    response = {"status_code": 200, "headers": headers, "body": RESPONSE | {"created": None}}
    assert known({"request": REQUEST, "response": response, "duration_s": 2.0}, "time") == (TIME,)
    piece = {"object": "chat.completion.chunk", "model": "m", "choices": [], "usage": {"prompt_tokens": 5}}
    stream = {"request": REQUEST, "response": {**response, "body": [piece, piece]}, "duration_s": 2.0}
    assert known(stream, "time") == (TIME + 2,)


def test_a_path_is_no_host():
    asked = {"url": "/v1/chat/completions", "body": {}}
    request = decoded({"request": asked, "response": RESPONSE | {"model": "grok-4"}})[0]
    assert (request.provider, request.endpoint) == ("x_ai", None)


def test_an_error_of_aws_has_its_status_beside_it():
    answer = {"Error": {"Code": "ThrottlingException"}, "ResponseMetadata": {"HTTPStatusCode": 429}}
    message = {"time": TIME, "request": {"modelId": "us.amazon.nova-lite-v1:0"}, "response": answer}
    assert known(message, "provider", "status", "http_status") == ("aws.bedrock", "error", 429)


@pytest.mark.parametrize(
    ("beside", "cost"),
    [({"cost": 0.002}, 0.002), ({"response_cost": "0.002"}, 0.002), ({"cost": 0}, None), ({"cost": {"total": 1}}, None),
     ({"cost": None}, None), ({"cost_usd": 0, "cost": 0.002}, 0)],
)  # fmt: skip
def test_the_cost_that_a_library_writes_beside_a_pair(beside, cost):
    assert known(pair(**beside), "cost_usd") == (cost,)


def test_a_cost_that_the_answer_states_wins():
    message = pair(cost=0.002)
    message["response"] = message["response"] | {"usage": {"prompt_tokens": 1, "cost": 0.004}}
    assert known(message, "cost_usd") == (0.004,)
