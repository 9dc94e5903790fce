"""A request and its response as they were logged, whatever wrapping they came in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from coagent.ingest.bodies.sse import events_of
from coagent.ingest.loose_json.objects import first, mapping
from coagent.ingest.loose_json.texts import structured

REQUESTS = ("request", "request_body", "requestBody", "req", "modelInput")
RESPONSES = ("response", "response_body", "responseBody", "res", "resp", "modelOutput")
BESIDE_A_BODY = (
    "time", "timestamp", "duration_s", "duration_ms", "latency_ms", "time_to_first_token_s", "task", "tenant",
    "endpoint", "app_version", "prompt_template", "variant", "conversation_id", "attempt", "is_fallback",
    "quality_score",
)  # fmt: skip
"""Keys that no provider's response has at its top: somebody put them into a body that came alone."""
_WRAPPING = frozenset({"status", "status_code", "statusCode", "headers", "method", "url", "uri"})
_PAIR = frozenset((*REQUESTS, *RESPONSES))
_STATUS_NAMES = ("status_code", "statusCode", "http_status", "status")


@dataclass(frozen=True, slots=True)
class Exchange:
    """`response` is the answer's body: an object, a list of a stream's events, or what was there instead.

    `beside` are the keys that stand beside a pair, `headers` the answer's, lower case. `batch` is true for a line of
    a batch's output, `paired` where the body did not come alone, `streamed` where it came in pieces, `open_ended` where
    only a reason to finish would show that all of them are there.
    """

    response: Any
    request: Mapping[str, Any] = field(default_factory=dict)
    beside: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)
    url: Any = None
    http_status: Any = None
    error: Any = None
    paired: bool = False
    streamed: bool = False
    open_ended: bool = False
    batch: bool = False

    @property
    def body(self) -> Mapping[str, Any]:
        """The answer's body, empty where it is none."""
        return mapping(self.response)


def exchange_of(found: Mapping[str, Any]) -> Exchange:
    """A pair, a line of a batch's output, or a body alone."""
    if isinstance(found.get("result"), dict) and "custom_id" in found:
        return _anthropic_batch_line(found, found["result"])
    if not _is_pair(found):
        return Exchange(response=found, beside={name: found[name] for name in BESIDE_A_BODY if name in found})
    request, response = structured(first(found, *REQUESTS)), structured(first(found, *RESPONSES))
    sent, answered = _unwrapped(request), _unwrapped(response)
    wrapping, asking = _wrapping(response), _wrapping(request)
    return Exchange(
        response=events_of(answered),
        request=mapping(sent),
        beside=_model_asked(asking) | {name: value for name, value in found.items() if name not in _PAIR},
        headers=_headers(_sent_with(wrapping) or first(found, "response_headers", "headers")),
        url=first(asking, "url", "uri") or first(found, "base_url", "url", "api_base", "uri"),
        http_status=_status(wrapping),
        error=found.get("error"),
        paired=True,
        batch=_is_batch_line(found, wrapping),
    )


def _is_pair(found: Mapping[str, Any]) -> bool:
    """`response` alone may be a text: the answer of an Ollama server, which is a body itself."""
    return not _PAIR.isdisjoint(found) and "done" not in found


def _is_batch_line(found: Mapping[str, Any], wrapping: Mapping[str, Any]) -> bool:
    """Of OpenAI, Vertex AI, Bedrock or the Gemini API: their ids alone may stand beside any pair."""
    is_openai = "custom_id" in found and (bool(wrapping) or found.get("response") is None)
    is_gemini = "key" in found and found.keys() <= {"key", "response", "error", "time", "metadata"}
    return is_openai or is_gemini or "processed_time" in found or "modelOutput" in found


def _anthropic_batch_line(found: Mapping[str, Any], result: Mapping[str, Any]) -> Exchange:
    return Exchange(
        response=result.get("message"),
        request=mapping(structured(found.get("request"))),
        beside={name: value for name, value in found.items() if name not in {"result", "request"}},
        error=result.get("error") or (None if "message" in result else {"type": result.get("type")}),
        paired=True,
        batch=True,
    )


def _unwrapped(message: Any) -> Any:
    """The body of an HTTP message, or the message where it is the body itself."""
    if not _wrapping(message):
        return message
    body = structured(first(message, "body", "json", "content", "text"))
    inner = first(body, "string", "text") if isinstance(body, dict) and len(body) <= len("is") else None
    return structured(inner) if isinstance(inner, str) else body


def _wrapping(message: Any) -> Mapping[str, Any]:
    """The HTTP message around a body, empty where there is none."""
    found = mapping(message)
    is_wrapped = "body" in found or ("json" in found and not _WRAPPING.isdisjoint(found))
    return found if is_wrapped else {}


def _model_asked(asking: Mapping[str, Any]) -> dict[str, Any]:
    """Bedrock's InvokeModel names the model around the body."""
    return {name: asking[name] for name in ("modelId",) if name in asking}


def _sent_with(wrapping: Mapping[str, Any]) -> Any:
    """The headers around a body, also where AWS's library for Python keeps them."""
    return first(wrapping, "headers") or mapping(wrapping.get("ResponseMetadata")).get("HTTPHeaders")


def _status(wrapping: Mapping[str, Any]) -> Any:
    found = first(wrapping, *_STATUS_NAMES) or mapping(wrapping.get("ResponseMetadata")).get("HTTPStatusCode")
    return found.get("code") if isinstance(found, dict) else found


def _headers(found: Any) -> dict[str, Any]:
    """By lower-case name; a header's list of values is its first."""
    return {
        name.lower(): value[0] if isinstance(value, list) and value else value for name, value in mapping(found).items()
    }
