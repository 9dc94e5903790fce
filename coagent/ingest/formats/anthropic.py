"""Anthropic Messages: the message of a pair, of a batch's result or of a stream's events.

A message has no time of its own, so one that comes alone is rejected with what to do. `input_tokens` leaves out what
the prompt cache was read for or written with. Source: the Messages and Message Batches API references.
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.content.answer import parts_fields
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.unread_usage import unread_usage
from coagent.ingest.loose_json.objects import mapping, mappings, text_in
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading

_READ = frozenset({
    "input_tokens", "output_tokens", "cache_creation_input_tokens", "cache_read_input_tokens", "cache_creation",
    "iterations", "web_fetch_requests", "output_tokens_details",
})  # fmt: skip
"""Fetching pages costs its tokens alone; thinking tokens are output tokens."""
_CALLS = ("tool_use", "server_tool_use", "mcp_tool_use")
_HIDDEN = (*_CALLS, "thinking", "redacted_thinking")
_IDS = {"msg_bdrk_": "aws.bedrock", "msg_vrtx_": "gcp.vertex_ai"}
_VERSIONS = {"bedrock-": "aws.bedrock", "vertex-": "gcp.vertex_ai"}
"""Who serves the model, by the beginning of a message's id and of the request's `anthropic_version`."""


def is_mine(body: Mapping[str, Any]) -> bool:
    """Whether this is a message of an assistant."""
    is_message = body.get("type") == "message" and body.get("role") == "assistant"
    return is_message or ("stop_reason" in body and isinstance(body.get("content"), list))


def reading(exchange: Exchange, options: DecodeOptions) -> Reading:
    """What the exchange says."""
    request, message = exchange.request, exchange.body
    usage = mapping(message.get("usage"))
    return Reading(
        fields={
            **{name: request.get(name) for name in ("temperature", "top_p", "stream", "max_tokens")},
            **_prompt(request, options),
            **_answer(message),
            **token_counts(usage),
            "request_id": message.get("id"),
            "provider": "anthropic",
            "request_model": text_in("model", request, message),
            "response_model": message.get("model"),
            "operation": "chat",
            "finish_reason": message.get("stop_reason"),
            "status": "ok",
        },
        marks=(*_begun(message.get("id"), _IDS), *_begun(request.get("anthropic_version"), _VERSIONS)),
        input_excludes_cache=True,
        output_excludes_reasoning=False,
        unread=unread_usage(usage, _READ) + _priced_otherwise(usage),
        response_id=message.get("id"),
    )


def _begun(found: Any, marks: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(mark for start, mark in marks.items() if str(found).startswith(start))


def token_counts(usage: Mapping[str, Any]) -> dict[str, Any]:
    """Counts as the message has them: input without its cache reads and writes."""
    written = mapping(usage.get("cache_creation"))
    return {
        "input_tokens": usage.get("input_tokens"),
        "output_tokens": usage.get("output_tokens"),
        "cached_input_tokens": usage.get("cache_read_input_tokens"),
        "cache_write_tokens": usage.get("cache_creation_input_tokens"),
        "cache_write_5m_tokens": written.get("ephemeral_5m_input_tokens"),
        "cache_write_1h_tokens": written.get("ephemeral_1h_input_tokens"),
        "reasoning_tokens": mapping(usage.get("output_tokens_details")).get("thinking_tokens"),
        "service_tier": usage.get("service_tier"),
    }


def _prompt(request: Mapping[str, Any], options: DecodeOptions) -> dict[str, Any]:
    before = [part for name in ("tools", "system") if (part := request.get(name))]
    return prompt_fields(request.get("messages"), before or None, options)


def _answer(message: Mapping[str, Any]) -> dict[str, Any]:
    if not isinstance(message.get("content"), list):
        return {}
    blocks = mappings(message["content"])
    calls = sum(1 for block in blocks if block.get("type") in _CALLS)
    shown = [block for block in blocks if block.get("type") not in _HIDDEN]
    return parts_fields(shown, calls, refusal=message.get("stop_reason") == "refusal")


def _priced_otherwise(usage: Mapping[str, Any]) -> tuple[str, ...]:
    """Fast answers, answers kept within the United States, and what was used to compact a context cost more."""
    found = {
        "usage.fast_mode": usage.get("speed") == "fast",
        "usage.us_only": usage.get("inference_geo") == "us",
        "usage.compaction": any(one.get("type") != "message" for one in mappings(usage.get("iterations"))),
    }
    return tuple(name for name, is_so in found.items() if is_so)
