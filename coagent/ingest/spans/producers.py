"""How the known producers count tokens, and who they show to have served."""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.spans.span import Span

INCLUSIVE, EXCLUSIVE = False, True

_CACHE_INCLUDED = ("pydantic-ai", "logfire", "openrouter", "langsmith", "litellm", "vllm")
"""Scopes whose input tokens include cache reads and writes in every version. Those of OpenLLMetry and OpenInference
do so in newer versions only: there the counts themselves decide.
"""

_REASONING_INCLUDED = ("pydantic-ai", "logfire", "openrouter", "langsmith", "litellm", "vllm")
_LANGFUSE_USAGE = ("langfuse.observation.usage_details", "langfuse.observation.usage")
_VERCEL_CACHE = "ai.usage.cachedInputTokens"
_VERCEL_PARTS = "ai.usage.inputTokenDetails."
_OPENROUTER_KEYS = ("openrouter.", "trace.metadata.openrouter.")


def counts_of(span: Span, fields: Mapping[str, Any]) -> tuple[bool | None, bool | None]:
    """Whether input excludes cached tokens, and whether output excludes reasoning; None where it is not known."""
    name = span.scope.name
    if name == "ai" or _VERCEL_CACHE in span.plan.places:
        return _vercel(span, fields), None
    if span.name.startswith("claude_code."):
        return EXCLUSIVE, INCLUSIVE
    if any(key in span.plan.places for key in _LANGFUSE_USAGE) and "gen_ai.usage.input_tokens" not in span.plan.places:
        return _langfuse(span)
    return (
        INCLUSIVE if name.startswith(_CACHE_INCLUDED) else None,
        INCLUSIVE if name.startswith(_REASONING_INCLUDED) else None,
    )


def _vercel(span: Span, fields: Mapping[str, Any]) -> bool | None:
    """From version 6 on, which gives the parts too, input includes them; before, Anthropic's did not."""
    if any(key.startswith(_VERCEL_PARTS) for key in span.plan.keys):
        return INCLUSIVE
    return EXCLUSIVE if "anthropic" in str(fields.get("provider")) else None


def _langfuse(span: Span) -> tuple[bool | None, bool | None]:
    """Its own names are parts that do not overlap; OpenAI's, handed through, are wholes."""
    for key in _LANGFUSE_USAGE:
        if isinstance(value := span.named(key), str | dict):
            return (INCLUSIVE, INCLUSIVE) if "prompt" in value else (EXCLUSIVE, EXCLUSIVE)
    return None, None


def marks_of(span: Span) -> tuple[str, ...]:
    """Providers that the span shows by its scope, its resource or its keys."""
    scope, service = span.scope.name, span.resource.get("service.name")
    if scope.startswith("vllm") or (isinstance(service, str) and service.startswith("vllm")):
        return ("vllm",)
    if span.name.startswith("claude_code."):
        return ("anthropic",)
    if scope.startswith("openrouter") or any(key.startswith(_OPENROUTER_KEYS) for key in span.plan.keys):
        return ("openrouter",)
    return ()
