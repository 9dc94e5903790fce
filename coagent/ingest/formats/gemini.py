"""Gemini generateContent responses, in the API's spelling and in that of Google's Python library (`usage_metadata`).

`createTime` is when the request reached the server. Candidate tokens leave out thoughts; prompt tokens hold what the
cache had and leave out what tools brought in. Source: the references of the Gemini API and of Vertex AI.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.content.answer import parts_fields, wanted_json
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.unread_usage import unread_usage
from coagent.ingest.formats.gemini_usage import READ, candidate_of, priced_otherwise, tier_of, token_counts
from coagent.ingest.loose_json.objects import camel, first, mapping, mappings
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading


def is_mine(body: Mapping[str, Any]) -> bool:
    """Whether this is an answer of this API, or a piece of a stream of it."""
    usage = camel(first(body, "usageMetadata", "usage_metadata"))
    is_blocked = "promptFeedback" in body or "prompt_feedback" in body
    return isinstance(body.get("candidates"), list) or is_blocked or not READ.isdisjoint(usage)


def is_piece(body: Mapping[str, Any]) -> bool:
    """Whether this is a piece of a stream before its last: its candidate has not stopped."""
    candidates = mappings(body.get("candidates"))
    return bool(candidates) and first(candidates[0], "finishReason", "finish_reason") is None


def joined(pieces: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The answer of a whole stream: the counts of a later piece hold those of the earlier ones."""
    whole: dict[str, Any] = {}
    candidate: dict[str, Any] = {}
    parts: list[Any] = []
    for piece in pieces:
        whole |= piece
        candidate |= candidate_of(piece)
        parts += _parts(candidate_of(piece))
    return whole | {"candidates": [candidate | {"content": {"parts": parts}}] if candidate else []}


def reading(exchange: Exchange, options: DecodeOptions) -> Reading:
    """What the exchange says."""
    request, response = exchange.request, camel(exchange.body)
    usage = camel(response.get("usageMetadata"))
    return Reading(
        fields={
            **_asked(request),
            **_prompt(request, options),
            **_answer(request, response),
            **token_counts(usage),
            "request_id": response.get("responseId"),
            "time": response.get("createTime"),
            "provider": _provider(exchange, usage),
            "request_model": _model(exchange) or response.get("modelVersion"),
            "response_model": response.get("modelVersion"),
            "operation": "chat",
            "service_tier": tier_of(usage),
            "status": "ok",
        },
        input_excludes_cache=False,
        output_excludes_reasoning=True,
        unread=unread_usage(usage, READ, "usageMetadata") + priced_otherwise(response, usage),
        response_id=response.get("responseId"),
    )


def _provider(exchange: Exchange, usage: Mapping[str, Any]) -> str:
    """Vertex AI alone says how traffic was served."""
    is_vertex = "trafficType" in usage or "aiplatform" in str(exchange.url)
    return "gcp.vertex_ai" if is_vertex else "gcp.gemini"


def _model(exchange: Exchange) -> Any:
    named = exchange.request.get("model")
    return named.removeprefix("models/") if isinstance(named, str) else named


def _asked(request: Mapping[str, Any]) -> dict[str, Any]:
    asked = camel(first(request, "generationConfig", "generation_config", "config"))
    return {
        "temperature": asked.get("temperature"),
        "top_p": asked.get("topP"),
        "max_tokens": asked.get("maxOutputTokens"),
        "seed": asked.get("seed"),
    }


def _prompt(request: Mapping[str, Any], options: DecodeOptions) -> dict[str, Any]:
    asked = {**mapping(request.get("config")), **request}
    before = [first(asked, "systemInstruction", "system_instruction"), asked.get("tools")]
    return prompt_fields(request.get("contents"), [part for part in before if part] or None, options)


def _answer(request: Mapping[str, Any], response: Mapping[str, Any]) -> dict[str, Any]:
    """A blocked prompt has no candidate and a reason for it."""
    blocked = first(camel(response.get("promptFeedback")), "blockReason")
    candidate = candidate_of(response)
    if not candidate:
        return {"finish_reason": blocked, "refusal": True if blocked else None}
    parts = _parts(candidate)
    calls = sum(1 for part in parts if "functionCall" in part or "function_call" in part)
    shown = [part for part in parts if isinstance(part.get("text"), str) and not part.get("thought")]
    found = parts_fields(shown, calls)
    reason = first(candidate, "finishReason", "finish_reason")
    return {"finish_reason": reason, **found, **_valid(request, shown, found)}


def _valid(request: Mapping[str, Any], shown: list[Any], found: Mapping[str, Any]) -> dict[str, Any]:
    asked = camel(first(request, "generationConfig", "generation_config", "config"))
    schema = first(asked, "responseSchema", "responseJsonSchema")
    return wanted_json(shown, asked.get("responseMimeType") == "application/json", schema, found)


def _parts(candidate: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return mappings(mapping(candidate.get("content")).get("parts"))
