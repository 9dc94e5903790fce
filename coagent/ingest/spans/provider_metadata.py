"""What the Vercel AI SDK hands through from providers beside its own usage: cache and reasoning tokens, and the bill.

Its versions 4 and 5 know no cache writes of their own, and version 4 no cached tokens at all: they stand in
`ai.response.providerMetadata` alone, by provider and in each provider's spelling.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from coagent.ingest.loose_json.texts import as_object
from coagent.ingest.spans.span import Span

NAME = "ai.response.providerMetadata"

_FIELDS = {
    "cacheReadInputTokens": "cached_input_tokens",
    "cache_read_input_tokens": "cached_input_tokens",
    "cachedPromptTokens": "cached_input_tokens",
    "promptCacheHitTokens": "cached_input_tokens",
    "cachedContentTokenCount": "cached_input_tokens",
    "cachedTokens": "cached_input_tokens",
    "cacheCreationInputTokens": "cache_write_tokens",
    "cache_creation_input_tokens": "cache_write_tokens",
    "cacheWriteInputTokens": "cache_write_tokens",
    "ephemeral_5m_input_tokens": "cache_write_5m_tokens",
    "ephemeral_1h_input_tokens": "cache_write_1h_tokens",
    "reasoningTokens": "reasoning_tokens",
    "thoughtsTokenCount": "reasoning_tokens",
    "totalTokenCount": "total_tokens",
    "serviceTier": "service_tier",
    "service_tier": "service_tier",
}
_USAGE = frozenset({
    "usage", "usageMetadata", "cache_creation", "promptTokensDetails", "completionTokensDetails",
})  # fmt: skip
_DEPTH = 3
_BILLED = {"gateway": (), "openrouter": ("usage",)}
"""Who states what the call cost, and where."""


def add_provider_metadata(span: Span, fields: dict[str, Any]) -> None:
    """Adds what no attribute of its own said."""
    for provider, found in as_object(span.named(NAME)).items():
        if isinstance(found, dict):
            for name, value in _leaves(found, _DEPTH):
                _fill(fields, _FIELDS.get(name), value)
            if provider in _BILLED:
                _fill(fields, "cost_usd", _within(found, _BILLED[provider]).get("cost"))


def _leaves(found: Mapping[str, Any], depth: int) -> Iterator[tuple[str, Any]]:
    for name, value in found.items():
        if isinstance(value, dict):
            if name in _USAGE and depth > 1:
                yield from _leaves(value, depth - 1)
        else:
            yield name, value


def _within(found: Mapping[str, Any], names: tuple[str, ...]) -> Mapping[str, Any]:
    for name in names:
        found = as_object(found.get(name))
    return found


def _fill(fields: dict[str, Any], field: str | None, value: Any) -> None:
    if field and isinstance(value, str | int | float) and fields.get(field) is None:
        fields[field] = value
