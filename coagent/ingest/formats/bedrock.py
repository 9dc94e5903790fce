"""Amazon Bedrock Converse responses, in pairs: a response alone names no model.

`metrics.latencyMs` is the service's own duration. `inputTokens` leaves out what the prompt cache was read for or
written with. Source: the Bedrock Runtime API reference; `ResponseMetadata` is what AWS's
library for Python adds, `$metadata` the one for JavaScript.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from coagent.domain.finish_reason import is_filtered
from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.content.answer import parts_fields
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.unread_usage import unread_usage
from coagent.ingest.loose_json.moments import moment_s
from coagent.ingest.loose_json.numbers import number_of, seconds_of_ms
from coagent.ingest.loose_json.objects import first, mapping, mappings
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading

_EVENTS = frozenset({"messageStart", "contentBlockStart", "contentBlockDelta", "messageStop", "metadata"})
_READ = frozenset({
    "inputTokens", "outputTokens", "totalTokens", "cacheReadInputTokens", "cacheWriteInputTokens", "cacheDetails",
    "cacheReadInputTokenCount", "cacheWriteInputTokenCount", "serverToolUsage",
})  # fmt: skip


def is_mine(body: Mapping[str, Any]) -> bool:
    """Whether this is the response of Converse."""
    return "stopReason" in body and ("output" in body or "usage" in body)


def is_event(body: Mapping[str, Any]) -> bool:
    """Whether this is one event of ConverseStream."""
    return len(body) <= len("ab") and not _EVENTS.isdisjoint(body)


def joined(events: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """The response that the events of a stream make together."""
    texts = [mapping(mapping(event.get("contentBlockDelta")).get("delta")).get("text") for event in events]
    tools = [event for event in events if "toolUse" in mapping(mapping(event.get("contentBlockStart")).get("start"))]
    content = [{"text": "".join(text for text in texts if isinstance(text, str))}, *({"toolUse": {}} for _ in tools)]
    whole: dict[str, Any] = {"output": {"message": {"content": content}}, "stopReason": None}
    for event in events:
        whole |= mapping(event.get("messageStop"))
        whole |= mapping(event.get("metadata"))
    return whole


def reading(exchange: Exchange, options: DecodeOptions) -> Reading:
    """What the exchange says."""
    request, response = exchange.request, exchange.body
    usage, meta = mapping(response.get("usage")), _metadata(response)
    took = seconds_of_ms(mapping(response.get("metrics")).get("latencyMs"))
    return Reading(
        fields={
            **asked(request, options),
            **answered(response),
            **token_counts(usage),
            "request_id": meta.get("RequestId"),
            "time": _start(meta, took),
            "duration_s": took,
            "provider": "aws.bedrock",
            "request_model": model_of(first(request, "modelId", "model_id", "model")),
            "operation": "chat",
            "service_tier": mapping(response.get("serviceTier")).get("type"),
            "http_status": meta.get("HTTPStatusCode"),
            "status": "ok",
        },
        input_excludes_cache=True,
        output_excludes_reasoning=False,
        unread=unread_usage(usage, _READ),
        response_id=meta.get("RequestId"),
    )


def model_of(model: Any) -> Any:
    """The model's or inference profile's id out of an ARN, which names the account too.

    >>> model_of("arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.anthropic.claude-sonnet-4-6")
    'us.anthropic.claude-sonnet-4-6'
    """
    return model.rpartition("/")[2] if isinstance(model, str) and model.startswith("arn:") else model


def asked(request: Mapping[str, Any], options: DecodeOptions) -> dict[str, Any]:
    """Parameters and measures of a request of Converse."""
    config = mapping(request.get("inferenceConfig"))
    before = [part for name in ("toolConfig", "system") if (part := request.get(name))]
    return {
        "temperature": config.get("temperature"),
        "top_p": config.get("topP"),
        "max_tokens": config.get("maxTokens"),
        **prompt_fields(request.get("messages"), before or None, options),
    }


def answered(response: Mapping[str, Any]) -> dict[str, Any]:
    """Why an answer of Converse stopped, and what kind it is."""
    reason = response.get("stopReason")
    message = mapping(mapping(response.get("output")).get("message"))
    if not isinstance(message.get("content"), list):
        return {"finish_reason": reason}
    blocks = mappings(message["content"])
    calls = sum(1 for block in blocks if "toolUse" in block)
    shown = [block for block in blocks if isinstance(block.get("text"), str)]
    return {
        "finish_reason": reason,
        **parts_fields(shown, calls, refusal=isinstance(reason, str) and is_filtered(reason)),
    }


def token_counts(usage: Mapping[str, Any]) -> dict[str, Any]:
    """Counts as Converse has them: input without its cache reads and writes."""
    kept = {str(one.get("ttl")): one.get("inputTokens") for one in mappings(usage.get("cacheDetails"))}
    return {
        "input_tokens": usage.get("inputTokens"),
        "output_tokens": usage.get("outputTokens"),
        "total_tokens": usage.get("totalTokens"),
        "cached_input_tokens": first(usage, "cacheReadInputTokens", "cacheReadInputTokenCount"),
        "cache_write_tokens": first(usage, "cacheWriteInputTokens", "cacheWriteInputTokenCount"),
        "cache_write_5m_tokens": kept.get("5m"),
        "cache_write_1h_tokens": kept.get("1h"),
    }


def _metadata(response: Mapping[str, Any]) -> Mapping[str, Any]:
    """What AWS's libraries add, in the spelling of the Python one."""
    added = mapping(response.get("$metadata"))
    names = {"RequestId": "requestId", "HTTPStatusCode": "httpStatusCode"}
    return mapping(response.get("ResponseMetadata")) or {name: added.get(other) for name, other in names.items()}


def _start(meta: Mapping[str, Any], took: Any) -> float | None:
    """The `date` header less the duration: the header is written when the answer is."""
    answered_at = moment_s(mapping(meta.get("HTTPHeaders")).get("date"))
    return None if answered_at is None else answered_at - (number_of(took) or 0.0)
