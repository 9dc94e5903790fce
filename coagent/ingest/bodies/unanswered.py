"""A request that failed: an error, or nothing, stands where its response would."""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.bodies.beside import failed
from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.loose_json.objects import first, mapping
from coagent.ingest.reading import Reading


def is_unanswered(exchange: Exchange) -> bool:
    """Whether the pair holds an error in place of a response."""
    return exchange.paired and bool(failed(exchange))


def unanswered(exchange: Exchange) -> Reading:
    """What the request says, and the status that the error names."""
    request, body = exchange.request, exchange.body
    error = mapping(body.get("error")) or (body if body.get("object") == "error" else {})
    code = next((code for code in (error.get("code"), error.get("status")) if isinstance(code, int)), None)
    return Reading(
        fields={
            **{name: request.get(name) for name in ("temperature", "top_p", "seed", "stream")},
            "max_tokens": first(request, "max_completion_tokens", "max_output_tokens", "max_tokens"),
            "provider": _asked(exchange),
            "request_model": first(request, "model", "modelId"),
            "http_status": code or mapping(body.get("ResponseMetadata")).get("HTTPStatusCode"),
            "request_id": first(body, "request_id") or exchange.headers.get("x-request-id"),
            "status": "error",
        }
    )


def _asked(exchange: Exchange) -> str:
    """Whose API was called, by the form of the request or of the error; OpenAI's is everybody's."""
    request: Mapping[str, Any] = exchange.request
    if "contents" in request:
        return "gcp.gemini"
    if "modelId" in request or "inferenceConfig" in request:
        return "aws.bedrock"
    is_anthropic = exchange.body.get("type") == "error" or str(request.get("model")).startswith("claude")
    return "anthropic" if is_anthropic else "openai"
