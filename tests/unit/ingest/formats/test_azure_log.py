import json

import pytest

from coagent.domain.rejected import Skipped
from coagent.ingest.formats import azure_log
from coagent.ingest.formats.decoders import decode

from .readings import OPTIONS, decoded

RECORD = {
    "time": "2026-07-01T12:00:00.0000000Z",
    "resourceId": "/SUBSCRIPTIONS/X/PROVIDERS/MICROSOFT.COGNITIVESERVICES/ACCOUNTS/A",
    "category": "RequestResponse",
    "operationName": "ChatCompletions_Create",
    "durationMs": 880,
    "correlationId": "c",
    "location": "eastus",
    "resultSignature": 200,
    "properties": {
        "modelDeploymentName": "chat-prod",
        "modelName": "gpt-4o",
        "modelVersion": "2024-08-06",
        "streamType": "Non-Streaming",
    },
}


def request_of(**changed):
    return decoded(RECORD | changed, azure_log.decode)[0]


def test_a_record():
    request = request_of()
    assert (request.provider, request.request_model, request.response_model) == (
        "azure", "chat-prod", "gpt-4o-2024-08-06",
    )  # fmt: skip
    assert (request.duration_s, request.http_status, request.status, request.stream) == (0.88, 200, "ok", False)
    assert (request.request_id, request.operation, request.attributes["region"]) == ("c", "chat", "eastus")
    assert (request.input_tokens, request.output_tokens) == (None, None)


def test_a_failed_call():
    request = request_of(resultSignature=429)
    assert (request.status, request.http_status) == ("error", 429)


def test_the_columns_of_a_log_analytics_export():
    exported = {
        "TimeGenerated": "2026-07-01T12:00:00Z", "Category": "RequestResponse", "OperationName": "Embeddings_Create",
        "DurationMs": 40, "ResultSignature": 200, "properties_s": json.dumps(RECORD["properties"]),
    }  # fmt: skip
    [request] = decoded(exported, azure_log.decode)
    assert (request.operation, request.duration_s, request.request_model) == ("embeddings", 0.04, "chat-prod")


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"category": "Audit"}, "azure_log_of_another_category"),
        ({"operationName": "ListDeployments"}, "not_a_model_request"),
        ({"operationName": "Files_Get"}, "not_a_model_request"),
    ],
)
def test_other_records_are_skipped(changed, reason):
    assert request_of(**changed) == Skipped(reason=reason)


def test_an_event_hub_hands_on_several_records():
    outcomes = decoded({"records": [RECORD, RECORD | {"category": "Trace"}, RECORD]}, azure_log.decode)
    assert [type(outcome).__name__ for outcome in outcomes] == ["Request", "Skipped", "Request"]
    assert outcomes[1].index == 1
    assert decoded({"records": []}, azure_log.decode) == [Skipped(reason="no_records")]


ROW = {
    "TimeGenerated": "2026-07-01T12:00:00Z",
    "Type": "ApiManagementGatewayLlmLog",
    "OperationName": "Microsoft.ApiManagement/GatewayLlmLogs",
    "CorrelationId": "c",
    "RequestId": "chatcmpl-1",
    "Region": "East US",
    "ModelName": "gpt-4o-2024-08-06",
    "DeploymentName": "chat-prod",
    "PromptTokens": 1000,
    "CompletionTokens": 100,
    "TotalTokens": 1100,
    "IsStreamCompletion": True,
    "SequenceNumber": 0,
}
PROPERTIES = {name[0].lower() + name[1:]: value for name, value in ROW.items() if name not in {"TimeGenerated", "Type"}}
GATEWAY = {"time": "2026-07-01T12:00:00Z", "category": "GatewayLlmLogs", "resourceId": "/X", "correlationId": "c"}


@pytest.mark.parametrize("found", [ROW, GATEWAY | {"properties": PROPERTIES}], ids=["table", "event hub"])
def test_what_the_gateway_of_api_management_counted(found):
    [request] = decode(json.dumps(found).encode(), OPTIONS)
    assert (request.provider, request.request_model, request.response_model) == (
        "azure", "chat-prod", "gpt-4o-2024-08-06",
    )  # fmt: skip
    assert (request.input_tokens, request.output_tokens, request.stream) == (1000, 100, True)
    assert (request.request_id, request.status, request.duration_s) == ("chatcmpl-1", None, None)


def test_without_a_deployment_the_gateway_s_model_says_who_serves():
    [request] = decoded(ROW | {"DeploymentName": "", "ModelName": "claude-sonnet-4-5"}, azure_log.decode)
    assert (request.provider, request.request_model) == ("anthropic", "claude-sonnet-4-5")


def test_later_pieces_of_the_gateway_s_messages_are_no_requests():
    piece = GATEWAY | {"properties": {"requestId": "chatcmpl-1", "sequenceNumber": 1, "responseMessages": "words"}}
    whole = GATEWAY | {"properties": PROPERTIES}
    outcomes = decoded({"records": [whole, piece]}, azure_log.decode)
    assert [type(one).__name__ for one in outcomes] == ["Request", "Skipped"]
    assert outcomes[1] == Skipped(reason="later_piece", index=1)
