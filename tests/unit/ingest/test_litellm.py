import json
from datetime import UTC, datetime

import pytest

from coagent.domain.request import Request
from coagent.ingest.formats import litellm
from coagent.ingest.options import DecodeOptions

OPTIONS = DecodeOptions(now_s=1_782_950_000.0, task_attribute="task")
PAYLOAD = {
    "id": "chatcmpl-1",
    "trace_id": "t-1",
    "session_id": "session-1",
    "call_type": "acompletion",
    "stream": None,
    "response_cost": 0.0125,
    "response_cost_failure_debug_info": None,
    "status": "success",
    "custom_llm_provider": "openai",
    "total_tokens": 150,
    "prompt_tokens": 120,
    "completion_tokens": 30,
    "startTime": 1_782_907_200.25,
    "endTime": 1_782_907_202.25,
    "completionStartTime": 1_782_907_202.25,
    "response_time": 2.0,
    "model_map_information": {"model_map_key": "gpt-4o", "model_map_value": {"input_cost_per_token": 1e-6}},
    "model": "gpt-4o-2024-08-06",
    "model_group": "gpt-4o",
    "api_base": "https://api.openai.com/v1/",
    "metadata": {
        "user_api_key_team_id": "team-1",
        "user_api_key_hash": "88dc28",
        "usage_object": {
            "prompt_tokens": 120,
            "completion_tokens": 30,
            "prompt_tokens_details": {"cached_tokens": 64, "cache_creation_tokens": 16},
            "completion_tokens_details": {"reasoning_tokens": 8},
        },
    },
    "cache_hit": False,
    "request_tags": ["env:prod", "task:summary"],
    "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Weather in Paris?"}],
    "response": {
        "id": "chatcmpl-1",
        "model": "gpt-4o-2024-08-06",
        "system_fingerprint": "fp_1",
        "service_tier": "default",
        "choices": [
            {"finish_reason": "stop", "message": {"role": "assistant", "content": "Rainy", "tool_calls": None}}
        ],
    },
    "error_str": None,
    "error_information": {
        "error_code": "",
        "error_class": "",
        "llm_provider": "",
        "traceback": "",
        "error_message": "",
    },
    "model_parameters": {"temperature": 0.5, "top_p": 0.9, "max_tokens": 100, "seed": 7},
    "hidden_params": {},
}
FULL = Request(
    time=datetime(2026, 7, 1, 12, 0, 0, 250_000, tzinfo=UTC),
    provider="openai",
    request_model="gpt-4o",
    request_id="chatcmpl-1",
    response_model="gpt-4o-2024-08-06",
    system_fingerprint="fp_1",
    service_tier="default",
    operation="chat",
    task="summary",
    tenant="team-1",
    endpoint="api.openai.com",
    conversation_id="session-1",
    temperature=0.5,
    top_p=0.9,
    max_tokens=100,
    seed=7,
    input_tokens=120,
    output_tokens=30,
    cached_input_tokens=64,
    cache_write_tokens=16,
    reasoning_tokens=8,
    input_chars=26,
    output_chars=5,
    duration_s=2.0,
    finish_reason="stop",
    status="ok",
    cache_hit=False,
    tool_calls=0,
    cost_usd=0.0125,
    response_id="chatcmpl-1",
)


def decoded(options=OPTIONS, **changes):
    [outcome] = litellm.decode(json.dumps(PAYLOAD | changes).encode(), options)
    return outcome


def test_every_field_is_read():
    assert decoded() == FULL


def test_a_stream_s_response_time_is_the_time_to_its_first_token():
    request = decoded(stream=True, completionStartTime=1_782_907_200.75, response_time=0.5)
    assert (request.stream, request.duration_s, request.time_to_first_token_s) == (True, 2.0, 0.5)


def test_without_a_response_time_the_duration_is_end_less_start():
    assert decoded(response_time=None).duration_s == 2.0


def test_a_failure_knows_its_error_and_no_tokens():
    error = {"error_code": "429", "error_class": "RateLimitError", "error_message": "secret words"}
    request = decoded(
        status="failure", error_information=error, prompt_tokens=0, completion_tokens=0, metadata={}, response=None
    )
    assert (request.status, request.error_type, request.http_status) == ("error", "RateLimitError", 429)
    assert (request.input_tokens, request.output_tokens) == (None, None)


def test_a_failure_s_usage_of_zeros_is_unknown_too():
    zeros = {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    request = decoded(status="failure", prompt_tokens=0, completion_tokens=0, metadata={"usage_object": zeros})
    assert (request.input_tokens, request.output_tokens, request.cached_input_tokens) == (None, None, None)


def test_a_stream_that_repeats_the_model_asked_for_declares_none():
    asked = PAYLOAD["response"] | {"model": "gpt-4o"}
    assert decoded(stream=True, model="gpt-4o", response=asked).response_model is None
    assert decoded(model="gpt-4o", response=asked).response_model == "gpt-4o"
    assert decoded(stream=True, model="gpt-4o").response_model == "gpt-4o-2024-08-06"


@pytest.mark.parametrize("response", [None, {"model": "fast"}, {"id": "x"}], ids=["none", "the alias", "no model"])
@pytest.mark.parametrize("stream", [True, False])
def test_an_alias_is_priced_by_the_model_that_it_stands_for(response, stream):
    request = decoded(model="gpt-4o-2024-08-06", model_group="fast", response=response, stream=stream)
    assert (request.request_model, request.response_model) == ("fast", "gpt-4o-2024-08-06")


def test_what_a_producer_measured_stands_for_content_that_it_left_out():
    kept = {"input_chars": 10, "output_chars": 4, "tool_calls": 1, "refusal": True, "cost_usd": 9.0}
    request = decoded(messages=None, response=None, coagent_measures=kept)
    assert (request.input_chars, request.output_chars, request.tool_calls, request.refusal) == (10, 4, 1, True)
    assert request.cost_usd == 0.0125


def test_a_refusal_is_read_where_litellm_puts_it():
    message = {"content": "", "provider_specific_fields": {"refusal": "No."}}
    assert decoded(response={"choices": [{"message": message}]}).refusal is True


def test_written_cache_tokens_have_a_newer_name():
    usage = {"prompt_tokens": 120, "completion_tokens": 30, "prompt_tokens_details": {"cache_write_tokens": 5}}
    assert decoded(metadata={"usage_object": usage}).cache_write_tokens == 5


def test_a_cost_of_0_is_unknown_where_the_model_is():
    unlisted = {"model_map_key": "own", "model_map_value": None}
    assert decoded(response_cost=0.0, model_map_information=unlisted).cost_usd is None
    assert decoded(response_cost=0, response_cost_failure_debug_info={"error_str": "x"}).cost_usd is None
    assert decoded(response_cost=0.0).cost_usd == 0.0
    assert decoded(response_cost=0.0, model_map_information=unlisted, cache_hit=True).cost_usd == 0.0
    assert decoded(response_cost=0.5, model_map_information=unlisted).cost_usd == 0.5


def test_the_model_is_the_group_s_else_its_own():
    assert decoded(model_group=None).request_model == "gpt-4o-2024-08-06"


def test_tags_and_metadata_name_task_and_tenant():
    assert decoded(request_tags=["task=search"]).task == "search"
    assert decoded(request_tags=None, metadata={"requester_metadata": {"task": "a"}}).task == "a"
    assert decoded(DecodeOptions()).task is None
    assert decoded(DecodeOptions(tenant_attribute="customer"), metadata={"customer": 7}).tenant == "7"


def test_an_endpoint_keeps_no_key():
    assert decoded(api_base="https://u:pw@host:8443/openai?api-key=k").endpoint == "host:8443"
    assert decoded(api_base="").endpoint is None


def test_redacted_content_is_no_content():
    request = decoded(
        DecodeOptions(hash_key=b"k"),
        messages=[{"role": "user", "content": "redacted-by-litellm"}],
        response={"choices": [{"finish_reason": "stop", "message": {"content": "redacted-by-litellm"}}]},
    )
    assert (request.prompt_hash, request.input_chars, request.output_chars) == (None, None, None)


@pytest.mark.parametrize(
    ("answer", "wanted"),
    [('{"a": 1}', True), ('{"b": 1}', False), ('{"a": ', False), ("text", False)],
)
def test_an_answer_that_must_follow_a_schema_is_checked(answer, wanted):
    schema = {"type": "json_schema", "json_schema": {"schema": {"type": "object", "required": ["a"]}}}
    response = {"choices": [{"message": {"content": answer}}]}
    assert decoded(model_parameters={"response_format": schema}, response=response).schema_valid is wanted
    assert decoded(response=response).schema_valid is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"startTime": "hunter2"}, "invalid_time:time"),
        ({"startTime": None}, "missing_field:time"),
        ({"messages": json.loads("[" * 200 + "]" * 200)}, "too_deep"),
    ],
)
def test_wrong_values_reject_the_record(changes, reason):
    outcome = decoded(**changes)
    assert outcome.reason == reason
    assert "hunter2" not in outcome.detail
