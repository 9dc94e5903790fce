"""OpenAI Chat Completions, the older completions and embeddings, as OpenAI and other servers of that API write them.

DeepSeek, Groq, Mistral, OpenRouter, Perplexity, vLLM and xAI are among those servers.

`created` is when the server made the answer, in whole seconds: it stands for the start where a pair does not say it.
Source: the API references of OpenAI and of these servers, vLLM's documentation of per-request metrics.
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.content.billed import BILLED, billed_usd
from coagent.ingest.content.chat_choice import choice_fields
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.unread_usage import unread_usage
from coagent.ingest.content.usage import READ, usage_counts
from coagent.ingest.formats.openai_gemini import hidden_thoughts
from coagent.ingest.formats.openai_marks import marks_of
from coagent.ingest.formats.openai_timings import timings_of
from coagent.ingest.loose_json.objects import first, mapping, mappings, text_in
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading

NAMES = {"text_completion": "text_completion", "list": "embeddings"}
CHUNK = "chat.completion.chunk"
_OBJECTS = ("chat.completion", CHUNK, "text_completion")
_IMAGES = frozenset({"b64_json", "url"})
_READ = READ | BILLED | {"image_tokens"}
"""Image tokens of a prompt cost what text does; those of an answer are looked at apart."""


def is_mine(body: Mapping[str, Any]) -> bool:
    """Whether this is an answer of this API."""
    return isinstance(body.get("choices"), list) or body.get("object") in _OBJECTS or _made_otherwise(body) is not None


def _made_otherwise(body: Mapping[str, Any]) -> str | None:
    """The operation of an answer that is no text: embeddings; images and transcriptions where their tokens count."""
    data, usage = mappings(body.get("data")), mapping(body.get("usage"))
    if data and ("embedding" in data[0] or data[0].get("object") == "embedding"):
        return "embeddings"
    if data and "input_tokens" in usage and not _IMAGES.isdisjoint(data[0]):
        return "image_generation"
    return "transcription" if isinstance(body.get("text"), str) and usage.get("type") == "tokens" else None


def reading(exchange: Exchange, options: DecodeOptions) -> Reading:
    """What the exchange says."""
    request, response = exchange.request, exchange.body
    usage = mapping(response.get("usage")) or mapping(mapping(response.get("x_groq")).get("usage"))
    thoughts = hidden_thoughts(response, usage)
    return Reading(
        fields={
            **{name: request.get(name) for name in ("temperature", "top_p", "seed", "stream")},
            **_prompt(request, options),
            **choice_fields(response, request.get("response_format")),
            **usage_counts(usage),
            **thoughts,
            **timings_of(response, usage),
            **_described(request, response),
            "cost_usd": billed_usd(usage),
        },
        marks=marks_of(response, usage),
        output_excludes_reasoning=True if thoughts else None,
        unread=unread_usage(usage, _READ) + _images_made(response, usage),
        response_id=response.get("id"),
        attributes=dict(mapping(response.get("metrics"))),
    )


def _prompt(request: Mapping[str, Any], options: DecodeOptions) -> dict[str, Any]:
    return prompt_fields(first(request, "messages", "prompt", "input"), request.get("tools"), options)


def _described(request: Mapping[str, Any], response: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "request_id": response.get("id"),
        "time": response.get("created"),
        "provider": "openai",
        "request_model": text_in("model", request, response),
        "response_model": response.get("model"),
        "system_fingerprint": response.get("system_fingerprint"),
        "service_tier": response.get("service_tier"),
        "operation": _made_otherwise(response) or NAMES.get(str(response.get("object")), "chat"),
        "max_tokens": first(request, "max_completion_tokens", "max_tokens"),
        "status": "error" if any(one.get("error") for one in mappings(response.get("choices"))) else "ok",
    }


def _images_made(response: Mapping[str, Any], usage: Mapping[str, Any]) -> tuple[str, ...]:
    """Tokens of images that were made cost more than those of text."""
    if _made_otherwise(response) == "image_generation":
        return ("usage.output_tokens.images",)
    made = mapping(usage.get("completion_tokens_details")).get("image_tokens")
    return ("usage.completion_tokens_details.image_tokens",) if made else ()
