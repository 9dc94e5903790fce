"""What of LiteLLM's StandardLoggingPayload may leave the application: an allow-list, so that a new key stays behind."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from .measures import measures

_PAYLOAD = (
    "id", "trace_id", "session_id", "call_type", "stream", "status", "custom_llm_provider", "model", "model_group",
    "startTime", "endTime", "completionStartTime", "response_time", "cache_hit", "response_cost",
    "prompt_tokens", "completion_tokens", "total_tokens",
)  # fmt: skip
_METADATA = ("user_api_key_team_id", "attempted_retries", "attempted_fallbacks")
_PARAMETERS = ("temperature", "top_p", "max_tokens", "max_completion_tokens", "seed", "n", "reasoning_effort")
_RESPONSE = ("id", "model", "system_fingerprint", "service_tier")
_ERROR = ("error_code", "error_class", "llm_provider")
_PRICES = ("input_cost_per_token", "output_cost_per_token")
_OF_CALLER = ("requester_metadata", "spend_logs_metadata")

_Object = Mapping[str, Any]


def content_free(payload: _Object, labels: Sequence[str]) -> dict[str, Any]:
    """Without prompts, answers, tools, error texts, traces, headers, people's names and keys.

    Of content its measures remain (`coagent_measures`): lengths and kinds, see `measures`.
    """
    metadata, response = _object(payload.get("metadata")), _object(payload.get("response"))
    return {
        **_some(payload, _PAYLOAD),
        "api_base": _host_of(payload.get("api_base")),
        "request_tags": _tags(payload.get("request_tags"), labels),
        "metadata": {
            **_some(metadata, (*_METADATA, *labels)),
            **{name: _some(_object(metadata.get(name)), labels) for name in _OF_CALLER},
            "usage_object": _numbers(metadata.get("usage_object")),
        },
        "model_parameters": _some(_object(payload.get("model_parameters")), _PARAMETERS),
        "model_map_information": {"model_map_value": _prices(payload)},
        "response_cost_failure_debug_info": bool(payload.get("response_cost_failure_debug_info")) or None,
        "zero_cost_diagnostic": bool(payload.get("zero_cost_diagnostic")) or None,
        "error_information": _some(_object(payload.get("error_information")), _ERROR),
        "response": {
            **_some(response, _RESPONSE),
            "usage": _numbers(response.get("usage")),
            "choices": [{"finish_reason": choice.get("finish_reason")} for choice in _objects(response.get("choices"))],
        },
        "coagent_measures": measures(payload),
    }


def labels_of(payload: _Object, callers: Any, labels: Sequence[str]) -> dict[str, str | int | float]:
    """Values of these names wherever a caller put them: a tag `name:value`, or metadata of the call (`callers`), of
    the proxy's request or of the payload; what is said nowhere is left out.
    """
    metadata = _object(payload.get("metadata"))
    places = [_object(callers), *(_object(metadata.get(name)) for name in _OF_CALLER), metadata]
    places += [_object(_object(callers).get(name)) for name in _OF_CALLER]
    found = [_tagged(_tags(payload.get("request_tags"), labels)), *(_some(place, labels) for place in places)]
    return {name: one[name] for one in reversed(found) for name in one}


def _tagged(tags: Sequence[str]) -> dict[str, str]:
    pairs = (re.split("[:=]", tag, maxsplit=1) for tag in reversed(tags))
    return {name.strip(): value.strip() for name, value in pairs}


def _some(found: _Object, names: Sequence[str]) -> dict[str, Any]:
    """Plain values of these names."""
    return {name: found[name] for name in names if isinstance(found.get(name), str | int | float)}


def _numbers(found: Any, depth: int = 2) -> dict[str, Any] | None:
    """Counts, and counts in detail."""
    if not isinstance(found, Mapping) or not depth:
        return None
    plain = {name: value for name, value in found.items() if isinstance(value, int | float)}
    details = {name: _numbers(value, depth - 1) for name, value in found.items() if isinstance(value, Mapping)}
    return plain | details


def _tags(tags: Any, labels: Sequence[str]) -> list[str]:
    starts = tuple(f"{label}{sign}" for label in labels for sign in ":=")
    return [tag for tag in (tags if isinstance(tags, list) else ()) if isinstance(tag, str) and tag.startswith(starts)]


def _prices(payload: _Object) -> dict[str, Any] | None:
    listed = _object(payload.get("model_map_information")).get("model_map_value")
    return _some(listed, _PRICES) if isinstance(listed, Mapping) else None


def _host_of(address: Any) -> str | None:
    """Path, query and user of a URL may hold keys."""
    try:
        parts = urlsplit(address) if isinstance(address, str) else None
        port = parts.port if parts else None
    except ValueError:
        return None
    if parts is None or not parts.hostname:
        return None
    return f"{parts.scheme}://{parts.hostname}:{port}" if port else f"{parts.scheme}://{parts.hostname}"


def _object(value: Any) -> _Object:
    return value if isinstance(value, Mapping) else {}


def _objects(value: Any) -> list[_Object]:
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, list) else []
