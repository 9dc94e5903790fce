"""Token counts of Gemini, and what a response has that costs more than its tokens."""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.loose_json.numbers import number_of
from coagent.ingest.loose_json.objects import camel, first, mappings

_TIERS = {"ON_DEMAND_FLEX": "flex", "ON_DEMAND_PRIORITY": "priority", "PROVISIONED_THROUGHPUT": "provisioned"}
READ = frozenset({
    "promptTokenCount", "candidatesTokenCount", "responseTokenCount", "thoughtsTokenCount", "cachedContentTokenCount",
    "toolUsePromptTokenCount", "totalTokenCount",
})  # fmt: skip


def token_counts(usage: Mapping[str, Any]) -> dict[str, Any]:
    """What tools brought in is input that the prompt does not count."""
    prompt, tools = usage.get("promptTokenCount"), number_of(usage.get("toolUsePromptTokenCount"))
    whole = number_of(prompt)
    return {
        "input_tokens": prompt if whole is None or not tools else whole + tools,
        "output_tokens": _shown(usage),
        "cached_input_tokens": usage.get("cachedContentTokenCount"),
        "reasoning_tokens": usage.get("thoughtsTokenCount"),
        "total_tokens": usage.get("totalTokenCount"),
        "input_audio_tokens": _of_modality(usage, "promptTokensDetails", "AUDIO"),
        "output_audio_tokens": _of_modality(usage, "candidatesTokensDetails", "AUDIO"),
    }


def _shown(usage: Mapping[str, Any]) -> Any:
    """Tokens of the answer without its thoughts. A count of 0 is left out: where prompt, tools and thoughts make up the
    total, nothing was shown.
    """
    counted = first(usage, "candidatesTokenCount", "responseTokenCount")
    total = number_of(usage.get("totalTokenCount"))
    if counted is not None or total is None or usage.get("promptTokenCount") is None:
        return counted
    others = ("promptTokenCount", "toolUsePromptTokenCount", "thoughtsTokenCount")
    return 0 if total == sum(number_of(usage.get(name)) or 0 for name in others) else None


def tier_of(usage: Mapping[str, Any]) -> Any:
    kind = usage.get("trafficType")
    return usage.get("serviceTier") or _TIERS.get(str(kind).rpartition(".")[2])


def priced_otherwise(response: Mapping[str, Any], usage: Mapping[str, Any]) -> tuple[str, ...]:
    """Searches are billed apart; images that are made and cached audio have rates of their own."""
    grounding = camel(first(camel(candidate_of(response)), "groundingMetadata"))
    found = {
        "groundingMetadata.webSearchQueries": grounding.get("webSearchQueries"),
        "usageMetadata.candidatesTokensDetails.IMAGE": _of_modality(usage, "candidatesTokensDetails", "IMAGE"),
        "usageMetadata.cacheTokensDetails.AUDIO": _of_modality(usage, "cacheTokensDetails", "AUDIO"),
    }
    return tuple(name for name, is_so in found.items() if is_so)


def candidate_of(response: Mapping[str, Any]) -> Mapping[str, Any]:
    found = mappings(response.get("candidates"))
    return found[0] if found else {}


def _of_modality(usage: Mapping[str, Any], name: str, modality: str) -> float | None:
    """The tokens of one modality; None where none are listed."""
    details = map(camel, mappings(usage.get(name)))
    found = [number_of(one.get("tokenCount")) for one in details if str(one.get("modality")).endswith(modality)]
    return sum(filter(None, found)) if found else None
