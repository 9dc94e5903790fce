"""The first choice of an answer in OpenAI's form."""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.content.measures import answer_fields, is_valid_json, mean_logprob

_JSON_FORMATS = ("json_object", "json_schema")


def choice_fields(response: Mapping[str, Any], response_format: Any) -> dict[str, Any]:
    """Finish reason, what kind of answer it is, and whether it is the JSON that `response_format` asked for."""
    choices = response.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict):
        return {}
    message = choice.get("message", {"content": choice["text"]} if "text" in choice else None)
    fields = answer_fields(message)
    fields["finish_reason"] = choice.get("finish_reason")
    if "logprobs" in choice:
        fields["mean_logprob"] = mean_logprob(choice)
    if response_format is not None and fields.get("output_chars") and not fields["tool_calls"]:
        fields["schema_valid"] = _valid(message, response_format)
    return fields


def _valid(message: Any, response_format: Any) -> bool | None:
    if not isinstance(response_format, dict) or response_format.get("type") not in _JSON_FORMATS:
        return None
    wrapped = response_format.get("json_schema")
    return is_valid_json(message.get("content"), wrapped.get("schema") if isinstance(wrapped, dict) else None)
