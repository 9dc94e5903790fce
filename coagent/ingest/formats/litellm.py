"""LiteLLM's StandardLoggingPayload, one JSON object a message.

Source: litellm 1.109, `types/utils.py` and `litellm_core_utils/litellm_logging.py`: `response_time` of a stream is
the time to its first token, and its response names the model that was asked for; a failure has 0 tokens and a cost
that could not be computed is 0. `coagent_measures` is what `coagent.producers` keeps of content that it leaves out.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec
from msgspec import field

from coagent.ingest.content.attributes import error_type_of, kept_attributes, label_of
from coagent.ingest.content.chat_choice import choice_fields
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.usage import usage_fields
from coagent.ingest.endpoint import endpoint_of
from coagent.ingest.options import MAX_MESSAGE_BYTES, DecodeOptions, Outcome
from coagent.ingest.record import to_request
from coagent.ingest.refused import Refused, refused_by, rejecting
from coagent.ingest.strict_json import check_size, parse_object

_OPERATIONS = {
    "completion": "chat",
    "acompletion": "chat",
    "anthropic_messages": "chat",
    "responses": "chat",
    "aresponses": "chat",
    "text_completion": "text_completion",
    "atext_completion": "text_completion",
    "embedding": "embeddings",
    "aembedding": "embeddings",
}
_MEASURES = frozenset({"input_chars", "output_chars", "tool_calls", "refusal"})
_STATUSES = {"success": "ok", "failure": "error"}


class _Payload(msgspec.Struct):
    """The keys that are read; everything else is passed over without being decoded."""

    id: str | None = None
    start_time: float | None = field(default=None, name="startTime")
    end_time: float | None = field(default=None, name="endTime")
    completion_start_time: float | None = field(default=None, name="completionStartTime")
    response_time: float | None = None
    custom_llm_provider: str | None = None
    model: str | None = None
    model_group: str | None = None
    model_map_information: dict[str, Any] | None = None
    call_type: str | None = None
    api_base: str | None = None
    session_id: str | None = None
    stream: bool | None = None
    status: str | None = None
    cache_hit: bool | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    response_cost: float | None = None
    response_cost_failure_debug_info: Any = None
    zero_cost_diagnostic: Any = None
    request_tags: list[Any] | None = None
    metadata: dict[str, Any] | None = None
    model_parameters: dict[str, Any] | None = None
    error_information: dict[str, Any] | None = None
    messages: Any = None
    response: Any = None
    coagent_measures: dict[str, Any] | None = None


_decode = msgspec.json.Decoder(_Payload).decode


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One request, or why there is none."""
    payload = _payload(value)
    return [to_request(_fields(payload, options), options, kept_attributes({"call_type": payload.call_type}))]


def _payload(value: bytes) -> _Payload:
    check_size(value, MAX_MESSAGE_BYTES)
    try:
        return _decode(value)
    except msgspec.ValidationError as error:
        raise refused_by(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        parse_object(value, MAX_MESSAGE_BYTES)  # says what is wrong
        raise Refused("invalid_json", "not a JSON object") from None


def _fields(payload: _Payload, options: DecodeOptions) -> dict[str, Any]:
    metadata = payload.metadata or {}
    response = payload.response if isinstance(payload.response, dict) else {}
    parameters = payload.model_parameters or {}
    return {
        **{name: parameters.get(name) for name in ("temperature", "top_p", "seed")},
        **prompt_fields(payload.messages, parameters.get("tools"), options),
        **choice_fields(response, parameters.get("response_format")),
        **{name: value for name, value in (payload.coagent_measures or {}).items() if name in _MEASURES},
        **_tokens(payload, metadata, response),
        **_times(payload),
        **_error(payload),
        "request_id": payload.id,
        "provider": payload.custom_llm_provider,
        "request_model": payload.model_group or payload.model,
        "response_model": _response_model(payload, response),
        "system_fingerprint": response.get("system_fingerprint"),
        "service_tier": response.get("service_tier"),
        "operation": _OPERATIONS.get(payload.call_type or "", payload.call_type),
        "task": _task(payload.request_tags or (), metadata, options),
        "tenant": _tenant(metadata, options),
        "endpoint": endpoint_of(payload.api_base),
        "conversation_id": payload.session_id,
        "stream": payload.stream,
        "max_tokens": parameters.get("max_completion_tokens", parameters.get("max_tokens")),
        "cost_usd": _cost(payload),
        "cache_hit": payload.cache_hit,
        **_attempts(metadata),
    }


def _response_model(payload: _Payload, response: Mapping[str, Any]) -> Any:
    """What the provider declares; of a stream LiteLLM may repeat the question instead, which declares nothing."""
    model = response.get("model")
    return None if payload.stream and model == payload.model else model


def _times(payload: _Payload) -> dict[str, Any]:
    start, end, first = payload.start_time, payload.end_time, payload.completion_start_time
    whole = end - start if start is not None and end is not None else None
    if payload.stream:
        to_first = first - start if start is not None and first is not None else None
        return {"time": start, "duration_s": whole, "time_to_first_token_s": to_first}
    return {"time": start, "duration_s": whole if payload.response_time is None else payload.response_time}


def _tokens(payload: _Payload, metadata: Mapping[str, Any], response: Mapping[str, Any]) -> dict[str, Any]:
    """A failed call reports 0 for what it does not know, in its usage too."""
    usage = metadata.get("usage_object") or response.get("usage")
    if not payload.prompt_tokens and not payload.completion_tokens and (not usage or payload.status == "failure"):
        return {}
    whole = {"input_tokens": payload.prompt_tokens, "output_tokens": payload.completion_tokens}
    return usage_fields(usage) | whole


def _cost(payload: _Payload) -> float | None:
    """0 is a price only where the model is in the price map or the answer came from LiteLLM's own cache."""
    if payload.response_cost != 0 or payload.cache_hit:
        return payload.response_cost
    unpriced = payload.response_cost_failure_debug_info or payload.zero_cost_diagnostic
    listed = (payload.model_map_information or {}).get("model_map_value")
    return 0.0 if listed and not unpriced else None


def _error(payload: _Payload) -> dict[str, Any]:
    found = payload.error_information or {}
    code = found.get("error_code")
    status = int(code) if isinstance(code, str) and code.isdecimal() and len(code) == len("500") else None
    return {
        "status": _STATUSES.get(payload.status or "", payload.status),
        "error_type": error_type_of(found.get("error_class")),
        "http_status": code if isinstance(code, int) else status,
    }


def _attempts(metadata: Mapping[str, Any]) -> dict[str, Any]:
    retries, fallbacks = metadata.get("attempted_retries"), metadata.get("attempted_fallbacks")
    return {
        "attempt": retries + 1 if isinstance(retries, int) else None,
        "is_fallback": fallbacks > 0 if isinstance(fallbacks, int) else None,
    }


def _task(tags: Iterable[Any], metadata: Mapping[str, Any], options: DecodeOptions) -> Any:
    """The value of the tag `name:value` or `name=value`, else of the caller's metadata key."""
    name = options.task_attribute
    if not name:
        return None
    for tag in tags:
        if isinstance(tag, str) and tag.startswith((f"{name}:", f"{name}=")):
            return tag[len(name) + 1 :].strip()
    return label_of(_of_caller(metadata, name))


def _tenant(metadata: Mapping[str, Any], options: DecodeOptions) -> Any:
    configured = _of_caller(metadata, options.tenant_attribute) if options.tenant_attribute else None
    return metadata.get("user_api_key_team_id") if configured is None else label_of(configured)


def _of_caller(metadata: Mapping[str, Any], name: str) -> Any:
    for place in (metadata, metadata.get("requester_metadata"), metadata.get("spend_logs_metadata")):
        if isinstance(place, dict) and place.get(name) is not None:
            return place[name]
    return None
