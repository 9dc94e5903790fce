import json

import pytest

from .readings import TIME, decoded, known, read
from .test_anthropic import MESSAGE

HEADERS = {
    "date": "Wed, 01 Jul 2026 12:00:04 GMT",
    "x-amzn-requestid": "r-1",
    "x-amzn-bedrock-invocation-latency": "1500",
    "x-amzn-bedrock-input-token-count": "9",
    "x-amzn-bedrock-output-token-count": "17",
}
COUNTS = ("provider", "request_model", "input_tokens", "output_tokens", "finish_reason")


def invoked(model, body, asked=None):
    """What AWS's library for Python is called with and returns."""
    return {
        "request": {"modelId": model, "body": json.dumps(asked or {"prompt": "four"})},
        "response": {
            "ResponseMetadata": {"HTTPStatusCode": 200, "HTTPHeaders": HEADERS},
            "body": json.dumps(body),
        },
    }


def test_counts_and_latency_stand_in_the_headers_where_the_body_has_none():
    pair = invoked("mistral.mistral-large-2402-v1:0", {"outputs": [{"text": "words", "stop_reason": "stop"}]})
    assert known(pair, *COUNTS) == ("aws.bedrock", "mistral.mistral-large-2402-v1:0", "9", "17", "stop")
    assert known(pair, "duration_s", "http_status", "request_id") == (1.5, 200, "r-1")
    assert known(pair, "time") == (pytest.approx(TIME + 4 - 1.5),)


def test_the_body_of_claude_knows_more_than_the_headers():
    model = "us.anthropic.claude-sonnet-4-5-20250929-v1:0"
    [request] = decoded(invoked(model, MESSAGE, {"anthropic_version": "bedrock-2023-05-31", "messages": []}))
    assert (request.provider, request.request_model, request.duration_s) == ("aws.bedrock", model, 1.5)
    assert (request.input_tokens, request.cached_input_tokens, request.output_tokens) == (40272, 39000, 100)


def test_the_form_of_meta_s_models():
    body = {"generation": "words", "prompt_token_count": 100, "generation_token_count": 50, "stop_reason": "length"}
    pair = {"time": TIME, "request": {"modelId": "meta.llama3-1-70b-instruct-v1:0"}, "response": body}
    assert known(pair, *COUNTS) == ("aws.bedrock", "meta.llama3-1-70b-instruct-v1:0", 100, 50, "length")


def test_the_forms_of_titan():
    text = {"inputTextTokenCount": 100, "results": [{"tokenCount": 50, "completionReason": "FINISH"}]}
    pair = {"time": TIME, "request": {"modelId": "amazon.titan-text-express-v1"}, "response": text}
    assert known(pair, *COUNTS)[2:] == (100, 50, "FINISH")
    vector = {"embedding": [0.1], "inputTextTokenCount": 8}
    pair = {"time": TIME, "request": {"modelId": "amazon.titan-embed-text-v2:0"}, "response": vector}
    assert known(pair, "operation", "input_tokens", "output_tokens") == ("embeddings", 8, None)
    assert read(pair).marks == ("aws.bedrock",)
