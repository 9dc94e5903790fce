import json
from datetime import UTC, datetime

from coagent.domain.rejected import Skipped
from coagent.ingest.formats import bedrock_log

from .readings import OPTIONS, decoded
from .test_anthropic import EVENTS, MESSAGE

RECORD = {
    "schemaType": "ModelInvocationLog",
    "schemaVersion": "1.0",
    "timestamp": "2026-07-01T12:00:17Z",
    "accountId": "111122223333",
    "region": "us-east-1",
    "requestId": "r-1",
    "operation": "Converse",
    "modelId": "anthropic.claude-3-haiku-20240307-v1:0",
    "input": {"inputTokenCount": 35},
    "output": {
        "outputBodyJson": {
            "stopReason": "end_turn",
            "metrics": {"latencyMs": 3640},
            "usage": {"inputTokens": 35, "outputTokens": 446, "totalTokens": 481},
        },
        "outputTokenCount": 446,
    },
}


def fields(record, *names):
    found = bedrock_log.reading(json.loads(json.dumps(record)), OPTIONS)
    return tuple(found.fields.get(name) for name in names)


def body(found, **changed):
    return RECORD | {"operation": "InvokeModel", "output": {"outputBodyJson": found, "outputTokenCount": 446}} | changed


def test_a_record_of_converse():
    [request] = decoded(RECORD, bedrock_log.decode)
    assert request.time == datetime(2026, 7, 1, 12, 0, 17, tzinfo=UTC)
    assert (request.provider, request.request_model) == ("aws.bedrock", "anthropic.claude-3-haiku-20240307-v1:0")
    assert (request.input_tokens, request.output_tokens, request.duration_s) == (35, 446, 3.64)
    assert (request.finish_reason, request.status, request.stream) == ("end_turn", "ok", False)
    assert request.endpoint == "bedrock-runtime.us-east-1.amazonaws.com"
    assert request.request_id == "r-1"


def test_an_invoked_model_s_body_knows_the_cache():
    names = (
        "input_tokens",
        "cached_input_tokens",
        "cache_write_1h_tokens",
        "output_tokens",
        "tool_calls",
        "request_id",
    )
    assert fields(body(MESSAGE), *names) == (19, 39000, 1000, 100, 1, "r-1")
    assert bedrock_log.reading(body(MESSAGE), OPTIONS).input_excludes_cache is True


def test_a_stream_s_last_event_measures_it():
    metrics = {"inputTokenCount": 19, "outputTokenCount": 300, "invocationLatency": 4000, "firstByteLatency": 700}
    events = [*EVENTS[:-1], {"type": "message_stop", "amazon-bedrock-invocationMetrics": metrics}]
    names = ("duration_s", "time_to_first_token_s", "output_tokens", "finish_reason", "stream", "output_chars")
    record = body(events, operation="InvokeModelWithResponseStream")
    assert fields(record, *names) == (4.0, 0.7, 300, "end_turn", True, 5)


def test_a_stream_of_converse():
    events = [
        {"messageStop": {"stopReason": "max_tokens"}},
        {"metadata": {"usage": {"inputTokens": 5, "outputTokens": 6}, "metrics": {"latencyMs": 70}}},
    ]
    names = ("finish_reason", "input_tokens", "output_tokens", "duration_s", "stream")
    assert fields(body(events, operation="ConverseStream"), *names) == ("max_tokens", 5, 6, 0.07, True)


def test_other_models_bodies_give_way_to_the_record_s_counts():
    names = ("input_tokens", "output_tokens", "finish_reason")
    assert fields(body({"generation": "secret", "stop_reason": "length"}), *names) == (35, 446, "length")
    assert fields(body({"results": [{"completionReason": "FINISH"}]}), *names) == (35, 446, "FINISH")
    assert fields(body(None), *names) == (35, 446, None)


def test_the_record_s_counts_of_the_cache():
    record = RECORD | {
        "input": {"inputTokenCount": 5, "cacheReadInputTokenCount": 90, "cacheWriteInputTokenCount": 7},
        "output": {"outputTokenCount": 3},
    }
    names = ("input_tokens", "cached_input_tokens", "cache_write_tokens", "output_tokens", "duration_s")
    assert fields(record, *names) == (5, 90, 7, 3, None)


def test_a_failed_request():
    failing = RECORD | {"errorCode": "ThrottlingException", "output": {"outputTokenCount": 0}}
    assert fields(failing, "status", "error_type") == ("error", "ThrottlingException")


def test_an_arn_gives_its_profile_s_name_alone():
    arn = "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-sonnet-4-6"
    assert fields(RECORD | {"modelId": arn}, "request_model") == ("us.anthropic.claude-sonnet-4-6",)


def test_cloudwatch_logs_hands_on_several_records():
    events = [{"message": json.dumps(RECORD)}, {"message": "text"}, {"message": json.dumps(RECORD)}]
    outcomes = decoded({"messageType": "DATA_MESSAGE", "logEvents": events}, bedrock_log.decode)
    assert [type(outcome).__name__ for outcome in outcomes] == ["Request", "Skipped", "Request"]
    assert outcomes[1] == Skipped(reason="not_a_model_request", index=1)
    assert decoded({"logEvents": []}, bedrock_log.decode) == [Skipped(reason="no_records")]
