import json

import pytest

from coagent.domain.rejected import Skipped
from coagent.ingest.formats import azure_log

from .readings import decoded

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
