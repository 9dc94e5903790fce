"""OpenAI chat completions as they were logged: a response alone, or {"request": …, "response": …}.

Beside a pair, canonical fields may stand (`time`, `duration_s`, `task`, …); they win. vLLM's `metrics` are read where
they ride along. Source: the OpenAI API reference and vLLM's documentation of per-request metrics.
"""

from collections.abc import Mapping
from typing import Any

import msgspec

from coagent.domain.rejected import Skipped
from coagent.ingest.content.attributes import error_type_of, kept_attributes, label_of
from coagent.ingest.content.chat_choice import choice_fields
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.usage import usage_fields
from coagent.ingest.endpoint import endpoint_of
from coagent.ingest.options import MAX_MESSAGE_BYTES, DecodeOptions, Outcome
from coagent.ingest.record import Record, to_request
from coagent.ingest.refused import Refused, rejecting
from coagent.ingest.strict_json import check_size, parse_object

_FIELDS = frozenset(Record.__struct_fields__)
_OPERATIONS = {"chat.completion": "chat", "text_completion": "text_completion"}
_MAX_MS = 1e12
_CHUNK = "chat.completion.chunk"
_decode = msgspec.json.Decoder(dict[str, Any]).decode


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request, or why there is none."""
    found = _parsed(value)
    pair = found if "response" in found or "request" in found else {"response": found}
    response = _body(pair.get("response"))
    if response.get("object") == _CHUNK:
        return [Skipped(reason="stream_chunk")]
    request = _mapping(pair.get("request"))
    fields = _fields(_mapping(request.get("body")) or request, response, pair, options)
    return [to_request(fields, options, kept_attributes(_metrics(response)))]


def _parsed(value: bytes) -> dict[str, Any]:
    check_size(value, MAX_MESSAGE_BYTES)
    try:
        found: dict[str, Any] = _decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return parse_object(value, MAX_MESSAGE_BYTES)  # says what is wrong
    return found


def _body(response: Any) -> Mapping[str, Any]:
    """A response, or the one inside a line of a batch's output."""
    found = _mapping(response)
    inner = found.get("body")
    return {**inner, "status_code": found.get("status_code")} if isinstance(inner, dict) else found


def _fields(
    request: Mapping[str, Any], response: Mapping[str, Any], pair: Mapping[str, Any], options: DecodeOptions
) -> dict[str, Any]:
    found = {
        **{name: request.get(name) for name in ("temperature", "top_p", "seed", "stream")},
        **prompt_fields(request.get("messages", request.get("prompt")), request.get("tools"), options),
        **choice_fields(response, request.get("response_format")),
        **usage_fields(response.get("usage")),
        **_timings(_metrics(response)),
        **_outcome(response, pair),
        "request_id": response.get("id"),
        "time": response.get("created"),
        "provider": _provider(response),
        "request_model": request.get("model", response.get("model")),
        "response_model": response.get("model"),
        "system_fingerprint": response.get("system_fingerprint"),
        "service_tier": response.get("service_tier"),
        "operation": _OPERATIONS.get(str(response.get("object"))),
        "max_tokens": request.get("max_completion_tokens", request.get("max_tokens")),
        "task": _named(request, options.task_attribute),
        "tenant": _named(request, options.tenant_attribute),
        "endpoint": endpoint_of(pair.get("base_url")),
    }
    return found | {name: value for name, value in pair.items() if name in _FIELDS and value is not None}


def _provider(response: Mapping[str, Any]) -> str:
    """Servers of OpenAI's API that can be told by their answer; the format's own provider otherwise."""
    if str(response.get("system_fingerprint")).startswith("vllm-") or "metrics" in response:
        return "vllm"
    return "azure" if "prompt_filter_results" in response else "openai"


def _outcome(response: Mapping[str, Any], pair: Mapping[str, Any]) -> dict[str, Any]:
    error = response.get("error") or pair.get("error")
    found: dict[str, Any] = {"http_status": response.get("status_code")}
    if error:
        named = _mapping(error)
        return found | {"status": "error", "error_type": error_type_of(named.get("type") or named.get("code"))}
    return found | {"status": "ok" if "choices" in response else None}


def _timings(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """The server counts the time to the first token from when the request was scheduled, after it had queued."""
    first, queued, rest = (
        metrics.get(f"{name}_ms") for name in ("time_to_first_token", "queue_time", "generation_time")
    )
    parts = [_seconds(part) for part in (first, queued, rest)]
    return {"time_to_first_token_s": parts[0], "duration_s": None if None in parts else sum(filter(None, parts))}


def _seconds(milliseconds: Any) -> float | None:
    """Raises Refused for what is no number."""
    if milliseconds is None:
        return None
    if not isinstance(milliseconds, int | float) or abs(milliseconds) > _MAX_MS:
        raise Refused("wrong_type:metrics", "expected milliseconds, at $.response.metrics")
    return milliseconds / 1000


def _metrics(response: Mapping[str, Any]) -> Mapping[str, Any]:
    return _mapping(response.get("metrics"))


def _named(request: Mapping[str, Any], name: str | None) -> Any:
    return label_of(_mapping(request.get("metadata")).get(name)) if name else None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
