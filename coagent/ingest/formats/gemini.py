"""Gemini generateContent responses, in the API's spelling and in that of Google's Python library (`usage_metadata`).

`createTime` is when the request reached the server. Candidate tokens leave out thoughts; prompt tokens hold what the
cache had and leave out what tools brought in. Source: the references of the Gemini API and of Vertex AI.
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from coagent.ingest.bodies.exchange import Exchange
from coagent.ingest.bodies.values import first, mapping, mappings, number_of
from coagent.ingest.content.answer import parts_fields, wanted_json
from coagent.ingest.content.measures import prompt_fields
from coagent.ingest.content.unread_usage import unread_usage
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading

_TIERS = {"ON_DEMAND_FLEX": "flex", "ON_DEMAND_PRIORITY": "priority", "PROVISIONED_THROUGHPUT": "provisioned"}
_READ = frozenset({
    "promptTokenCount", "candidatesTokenCount", "responseTokenCount", "thoughtsTokenCount", "cachedContentTokenCount",
    "toolUsePromptTokenCount", "totalTokenCount",
})  # fmt: skip
_UPPER = re.compile("_([a-z])")


def is_mine(body: Mapping[str, Any]) -> bool:
    """Whether this is an answer of this API, or a piece of a stream of it."""
    usage = _camel(first(body, "usageMetadata", "usage_metadata"))
    is_blocked = "promptFeedback" in body or "prompt_feedback" in body
    return isinstance(body.get("candidates"), list) or is_blocked or not _READ.isdisjoint(usage)


def is_piece(body: Mapping[str, Any]) -> bool:
    """Whether this is a piece of a stream before its last: its candidate has not stopped."""
    candidates = mappings(body.get("candidates"))
    return bool(candidates) and first(candidates[0], "finishReason", "finish_reason") is None


def joined(pieces: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The answer of a whole stream: the counts of a later piece hold those of the earlier ones."""
    whole: dict[str, Any] = {}
    parts: list[Any] = []
    for piece in pieces:
        whole |= piece
        parts += _parts(_candidate(piece))
    return whole | {"candidates": [{**_candidate(whole), "content": {"parts": parts}}]}


def reading(exchange: Exchange, options: DecodeOptions) -> Reading:
    """What the exchange says."""
    request, response = exchange.request, _camel(exchange.body)
    usage = _camel(response.get("usageMetadata"))
    return Reading(
        fields={
            **_asked(request),
            **_prompt(request, options),
            **_answer(request, response),
            **_counts(usage),
            "request_id": response.get("responseId"),
            "time": response.get("createTime"),
            "provider": _provider(exchange, usage),
            "request_model": _model(exchange) or response.get("modelVersion"),
            "response_model": response.get("modelVersion"),
            "operation": "chat",
            "service_tier": _tier(usage),
            "status": "ok",
        },
        input_excludes_cache=False,
        output_excludes_reasoning=True,
        unread=unread_usage(usage, _READ, "usageMetadata") + _priced_otherwise(response, usage),
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
    asked = _camel(first(request, "generationConfig", "generation_config", "config"))
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
    blocked = first(_camel(response.get("promptFeedback")), "blockReason")
    candidate = _candidate(response)
    if not candidate:
        return {"finish_reason": blocked, "refusal": True if blocked else None}
    parts = _parts(candidate)
    calls = sum(1 for part in parts if "functionCall" in part or "function_call" in part)
    shown = [part for part in parts if isinstance(part.get("text"), str) and not part.get("thought")]
    found = parts_fields(shown, calls)
    reason = first(candidate, "finishReason", "finish_reason")
    return {"finish_reason": reason, **found, **_valid(request, shown, found)}


def _valid(request: Mapping[str, Any], shown: list[Any], found: Mapping[str, Any]) -> dict[str, Any]:
    asked = _camel(first(request, "generationConfig", "generation_config", "config"))
    schema = first(asked, "responseSchema", "responseJsonSchema")
    return wanted_json(shown, asked.get("responseMimeType") == "application/json", schema, found)


def _counts(usage: Mapping[str, Any]) -> dict[str, Any]:
    """What tools brought in is input that the prompt does not count."""
    prompt, tools = usage.get("promptTokenCount"), number_of(usage.get("toolUsePromptTokenCount"))
    whole = number_of(prompt)
    return {
        "input_tokens": prompt if whole is None or not tools else whole + tools,
        "output_tokens": first(usage, "candidatesTokenCount", "responseTokenCount"),
        "cached_input_tokens": usage.get("cachedContentTokenCount"),
        "reasoning_tokens": usage.get("thoughtsTokenCount"),
        "total_tokens": usage.get("totalTokenCount"),
        "input_audio_tokens": _of_modality(usage, "promptTokensDetails", "AUDIO"),
        "output_audio_tokens": _of_modality(usage, "candidatesTokensDetails", "AUDIO"),
    }


def _of_modality(usage: Mapping[str, Any], name: str, modality: str) -> float | None:
    """The tokens of one modality; None where none are listed."""
    details = map(_camel, mappings(usage.get(name)))
    found = [number_of(one.get("tokenCount")) for one in details if str(one.get("modality")).endswith(modality)]
    return sum(filter(None, found)) if found else None


def _tier(usage: Mapping[str, Any]) -> Any:
    kind = usage.get("trafficType")
    return usage.get("serviceTier") or _TIERS.get(str(kind).rpartition(".")[2])


def _priced_otherwise(response: Mapping[str, Any], usage: Mapping[str, Any]) -> tuple[str, ...]:
    """Searches are billed apart; images that are made and cached audio have rates of their own."""
    grounding = _camel(first(_camel(_candidate(response)), "groundingMetadata"))
    found = {
        "groundingMetadata.webSearchQueries": grounding.get("webSearchQueries"),
        "usageMetadata.candidatesTokensDetails.IMAGE": _of_modality(usage, "candidatesTokensDetails", "IMAGE"),
        "usageMetadata.cacheTokensDetails.AUDIO": _of_modality(usage, "cacheTokensDetails", "AUDIO"),
    }
    return tuple(name for name, is_so in found.items() if is_so)


def _candidate(response: Mapping[str, Any]) -> Mapping[str, Any]:
    found = mappings(response.get("candidates"))
    return found[0] if found else {}


def _parts(candidate: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return mappings(mapping(candidate.get("content")).get("parts"))


def _camel(found: Any) -> dict[str, Any]:
    """The object with the API's spelling of its keys."""
    return {_UPPER.sub(lambda match: match[1].upper(), name): value for name, value in mapping(found).items()}
