"""OpenAI Responses: the response object alone, in a pair, or in the event that ends a stream; responses of the Realtime
API in pairs, for they name neither model nor time.

`created_at` is when the server made the response, in whole seconds: it stands for the start where a pair does not
say it. Source: the OpenAI API reference of Responses and of their streaming events.
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.content.answer import parts_fields, wanted_json
from coagent.ingest.content.attributes import error_type_of
from coagent.ingest.content.billed import BILLED, billed_usd
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.unread_usage import unread_usage
from coagent.ingest.content.usage import READ, usage_counts
from coagent.ingest.formats.openai_marks import marks_of
from coagent.ingest.loose_json.objects import either, first, mapping, mappings, text_in
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading

REALTIME = "realtime.response"
UNFINISHED = ("in_progress", "queued")
LAST_EVENTS = ("response.completed", "response.failed", "response.incomplete")
_CALL = "_call"
_BILLED_CALLS = {"web_search_call", "file_search_call", "code_interpreter_call", "image_generation_call"}
"""Calls of the server's own tools, which cost something besides their tokens."""
_READ = READ | BILLED | {"image_tokens"}


def is_mine(body: Mapping[str, Any]) -> bool:
    """Whether this is a response object."""
    is_dated = "created_at" in body or str(body.get("id")).startswith("resp_")
    is_one = body.get("object") in ("response", REALTIME)
    return is_one or (isinstance(body.get("output"), list) and is_dated)


def is_event(found: Mapping[str, Any]) -> bool:
    """Whether this is an event of a stream, which may hold a response."""
    return isinstance(kind := found.get("type"), str) and kind.startswith("response.") and "object" not in found


def reading(exchange: Exchange, options: DecodeOptions) -> Reading:
    """What the exchange says."""
    request, response = exchange.request, exchange.body
    usage = mapping(response.get("usage"))
    return Reading(
        fields={
            **{name: either(name, request, response) for name in ("temperature", "top_p")},
            **_prompt(request, options),
            **_answer(request, response),
            **usage_counts(usage),
            **_described(request, response),
            **_outcome(response),
            "cost_usd": billed_usd(usage),
        },
        marks=marks_of(response, usage),
        unread=unread_usage(usage, _READ) + _tools_used(response),
        response_id=response.get("id"),
    )


def _prompt(request: Mapping[str, Any], options: DecodeOptions) -> dict[str, Any]:
    before = [part for name in ("instructions", "tools") if (part := request.get(name))]
    return prompt_fields(request.get("input"), before or None, options)


def _described(request: Mapping[str, Any], response: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "request_id": response.get("id"),
        "time": response.get("created_at"),
        "provider": "openai",
        "request_model": text_in("model", request, response),
        "response_model": response.get("model"),
        "service_tier": response.get("service_tier"),
        "operation": "chat",
        "stream": request.get("stream"),
        "max_tokens": _limit(either("max_output_tokens", request, response)),
        "conversation_id": mapping(response.get("conversation")).get("id") or response.get("conversation_id"),
    }


def _limit(written: Any) -> Any:
    """The Realtime API writes `inf` for none."""
    return None if written == "inf" else written


def _outcome(response: Mapping[str, Any]) -> dict[str, Any]:
    """An incomplete response was answered: its reason says why it stopped."""
    status = response.get("status")
    if status in ("failed", "cancelled"):
        error = mapping(response.get("error")) or mapping(mapping(response.get("status_details")).get("error"))
        return {"status": "error", "error_type": error_type_of(first(error, "code", "type") or status)}
    reason = mapping(first(response, "incomplete_details", "status_details")).get("reason")
    return {"status": "ok", "finish_reason": reason or (None if status in UNFINISHED else status)}


def _answer(request: Mapping[str, Any], response: Mapping[str, Any]) -> dict[str, Any]:
    output = response.get("output")
    if not isinstance(output, list):
        return {}
    items = mappings(output)
    parts = [part for item in items if item.get("type") == "message" for part in mappings(item.get("content"))]
    calls = sum(1 for item in items if str(item.get("type")).endswith(_CALL))
    shown = [part for part in parts if part.get("type") != "refusal"]
    found = parts_fields(shown, calls, refusal=len(shown) < len(parts))
    wanted = mapping(mapping(either("text", request, response)).get("format"))
    is_wanted = wanted.get("type") in ("json_object", "json_schema")
    return found | wanted_json(shown, is_wanted, wanted.get("schema"), found)


def _tools_used(response: Mapping[str, Any]) -> tuple[str, ...]:
    kinds = {str(item.get("type")) for item in mappings(response.get("output"))}
    return tuple(f"output.{kind}" for kind in sorted(_BILLED_CALLS & kinds))
