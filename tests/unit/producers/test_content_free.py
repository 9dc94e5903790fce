import json

from coagent.ingest.formats import litellm
from coagent.ingest.options import DecodeOptions
from coagent.producers.content_free import content_free, labels_of
from coagent.producers.measures import measures
from tests.unit.ingest.test_litellm import FULL, OPTIONS, PAYLOAD

CONTENT = "Peregrine"
LEAKY = {
    "messages": [{"role": "user", "content": [{"type": "text", "text": CONTENT}]}],
    "response": {"choices": [{"finish_reason": "stop", "message": {"content": CONTENT}, "logprobs": CONTENT}]},
    "error_str": CONTENT,
    "error_information": {"error_class": "APIError", "error_message": CONTENT, "traceback": CONTENT},
    "response_cost_failure_debug_info": {"error_str": CONTENT},
    "request_tags": [CONTENT, f"note:{CONTENT}"],
    "metadata": {
        "user_api_key_user_email": CONTENT,
        "requester_metadata": {"a": CONTENT},
        "usage_object": {"x": CONTENT},
    },
    "model_parameters": {"tools": [{"description": CONTENT}], "user": CONTENT},
    "api_base": f"https://u:{CONTENT}@host/{CONTENT}?key={CONTENT}",
    "a_new_key": CONTENT,
}


def test_what_remains_decodes_to_the_same_request():
    reported = json.dumps(content_free(PAYLOAD, ["task"])).encode()
    assert [FULL] == litellm.decode(reported, OPTIONS)


def test_nothing_else_leaves_the_application():
    assert CONTENT not in json.dumps(content_free(PAYLOAD | LEAKY, ["task"]))


def test_labels_are_kept_wherever_a_caller_put_them():
    metadata = {"task": "a", "requester_metadata": {"tenant": "b", "c": "d"}}
    reported = content_free({"metadata": metadata, "request_tags": ["task:e", "f:g"]}, ["task", "tenant"])
    assert ("a", {"tenant": "b"}) == (reported["metadata"]["task"], reported["metadata"]["requester_metadata"])
    assert ["task:e"] == reported["request_tags"]


def test_a_label_is_found_in_tags_first_and_wherever_metadata_carries_it():
    payload = {"metadata": {"requester_metadata": {"tenant": "proxy"}}, "request_tags": ["task:a:b", "other:x"]}
    assert labels_of(payload, None, ["task", "tenant"]) == {"task": "a:b", "tenant": "proxy"}
    assert labels_of(payload, {"tenant": "sdk", "task": "c"}, ["task", "tenant"]) == {"task": "a:b", "tenant": "sdk"}
    assert labels_of({}, {"tenant": ["no", "text"]}, ["tenant"]) == {}


def test_labels_arrive_as_task_and_tenant_without_any_setting():
    reported = {**content_free(PAYLOAD, []), "coagent_labels": {"task": "summary", "tenant": "acme"}}
    [request] = litellm.decode(json.dumps(reported).encode(), DecodeOptions())
    assert (request.task, request.tenant) == ("summary", "acme")


def test_measures_of_redacted_or_absent_content_are_unknown():
    redacted = {"content": "redacted-by-litellm"}
    assert {} == measures({"messages": [redacted], "response": {"choices": [{"message": redacted}]}})
    assert {} == measures({"messages": None, "response": "text"})


def test_an_answer_s_kind_is_measured():
    message = {"content": None, "tool_calls": [{}, {}], "provider_specific_fields": {"refusal": "No."}}
    assert {"output_chars": 0, "tool_calls": 2, "refusal": True} == measures(
        {"response": {"choices": [{"message": message}]}}
    )
