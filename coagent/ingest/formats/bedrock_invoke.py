"""Answers of Amazon Bedrock InvokeModel in the models' own forms: Meta's, Amazon Titan's, and any whose token counts
stand in the response's headers.

Source: the Bedrock user guide on the models' parameters; `x-amzn-bedrock-input-token-count`, `-output-token-count` and
`-invocation-latency` (milliseconds) are headers of every InvokeModel response that is not a stream.
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.loose_json.numbers import seconds_of_ms
from coagent.ingest.loose_json.objects import first, mappings
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading

_INPUT, _OUTPUT = "x-amzn-bedrock-input-token-count", "x-amzn-bedrock-output-token-count"
_LATENCY = "x-amzn-bedrock-invocation-latency"


def is_mine(body: Mapping[str, Any]) -> bool:
    """Whether this is an answer in Meta's or Titan's form."""
    return "generation_token_count" in body or "inputTextTokenCount" in body


def is_counted(exchange: Exchange) -> bool:
    """Whether Bedrock counted the tokens in the answer's headers."""
    return _INPUT in exchange.headers or _LATENCY in exchange.headers


def reading(exchange: Exchange, _: DecodeOptions) -> Reading:
    """What the exchange says."""
    request, response = exchange.request, exchange.body
    result = next(iter(mappings(first(response, "results", "outputs"))), {})
    is_embedding = "embedding" in response or "embeddings" in response
    return Reading(
        fields={
            "provider": "aws.bedrock",
            "request_model": first(request, "modelId", "model_id"),
            "operation": "embeddings" if is_embedding else "chat",
            "input_tokens": first(response, "prompt_token_count", "inputTextTokenCount"),
            "output_tokens": first({**result, **response}, "generation_token_count", "tokenCount"),
            "finish_reason": first({**result, **response}, "stop_reason", "completionReason", "finish_reason"),
            "status": "ok",
        },
        marks=("aws.bedrock",),
        input_excludes_cache=True,
    )


def headers_fields(exchange: Exchange) -> dict[str, Any]:
    """What the answer's headers say, for what the body leaves out; {} where Bedrock sent none of them."""
    if not is_counted(exchange):
        return {}
    headers = exchange.headers
    return {
        "input_tokens": headers.get(_INPUT),
        "output_tokens": headers.get(_OUTPUT),
        "duration_s": seconds_of_ms(headers.get(_LATENCY)),
        "request_id": headers.get("x-amzn-requestid"),
    }
