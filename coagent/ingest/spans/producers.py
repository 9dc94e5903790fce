"""How the known producers count tokens, and who they show to have served."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from coagent.ingest.normalize.model_names import route_of
from coagent.ingest.spans.span import Span

INCLUSIVE, EXCLUSIVE = False, True

_CACHE_INCLUDED = ("pydantic-ai", "logfire", "openrouter", "langsmith", "litellm", "vllm")
"""Scopes whose input tokens include cache reads and writes in every version. Those of OpenLLMetry and OpenInference
do so in newer versions only: there the counts themselves decide.
"""

_REASONING_INCLUDED = ("pydantic-ai", "logfire", "openrouter", "langsmith", "litellm", "vllm", "gcp.vertex.agent")
"""Google's Agent Development Kit counts so from 2.3 on; before, it named reasoning beside output apart."""
_OF_INPUT = "tool_use_prompt_tokens"
_CACHE_APART = ("opentelemetry.instrumentation.bedrock", "@traceloop/instrumentation-bedrock")
"""OpenLLMetry's input tokens of Bedrock are Bedrock's own, which leave the cache out."""

_STRANDS = "strands."
_CLAUDE_CODE = "claude_code."
_SERVERS = ("vllm", "openrouter")
_LANGFUSE_USAGE = ("langfuse.observation.usage_details", "langfuse.observation.usage")


def counts_of(span: Span, fields: Mapping[str, Any]) -> tuple[bool | None, bool | None]:
    """Whether input excludes cached tokens, and whether output excludes reasoning; None where it is not known."""
    tags = span.plan.tags
    if tags:
        if "vercel" in tags:
            return _vercel(tags, fields), None
        if "langfuse_usage" in tags and "otel_usage" not in tags:
            return _langfuse(span)
        if "reasoning_apart" in tags:
            return INCLUSIVE, EXCLUSIVE
        if "pydantic" in tags:
            return _pydantic(span, fields), INCLUSIVE
    if span.name.startswith(_CLAUDE_CODE):
        return EXCLUSIVE, INCLUSIVE
    is_strands = span.scope.name.startswith(_STRANDS)
    return (_strands(str(fields.get("request_model"))), None) if is_strands else _by_scope(span.scope.name)


@lru_cache(maxsize=1024)
def _strands(model: str) -> bool | None:
    """Strands hands through what the provider counts: Anthropic and Bedrock leave the cache out, others do not."""
    routed = route_of(model)
    if routed is None:
        return EXCLUSIVE if model.startswith("claude") else INCLUSIVE
    return EXCLUSIVE if routed == ("aws.bedrock", model) else None


@lru_cache(maxsize=1024)
def _by_scope(name: str) -> tuple[bool | None, bool | None]:
    return (
        INCLUSIVE if name.startswith(_CACHE_INCLUDED) else EXCLUSIVE if name.startswith(_CACHE_APART) else None,
        INCLUSIVE if name.startswith(_REASONING_INCLUDED) else None,
    )


def _vercel(tags: frozenset[str], fields: Mapping[str, Any]) -> bool | None:
    """From version 6 on, which gives the parts too, input includes them; before, Anthropic's and Bedrock's did not."""
    if "vercel_parts" in tags:
        return INCLUSIVE
    provider = str(fields.get("provider"))
    return EXCLUSIVE if "anthropic" in provider or "bedrock" in provider else None


def _pydantic(span: Span, fields: Mapping[str, Any]) -> bool | None:
    """Logfire's own spans of Anthropic's client left the cache out until 2026."""
    is_agent = span.scope.name.startswith("pydantic-ai")
    return None if not is_agent and "anthropic" in str(fields.get("provider")).lower() else INCLUSIVE


def _langfuse(span: Span) -> tuple[bool | None, bool | None]:
    """Its own names are parts that do not overlap; OpenAI's, handed through, are wholes."""
    for key in _LANGFUSE_USAGE:
        if isinstance(value := span.named(key), str | dict):
            return (INCLUSIVE, INCLUSIVE) if "prompt" in value or "prompt_tokens" in value else (EXCLUSIVE, EXCLUSIVE)
    return None, None


def not_counted(span: Span, unread: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the names that count something which no other count holds: pydantic-ai's input has tools' tokens."""
    if unread and "pydantic" in span.plan.tags:
        return tuple(name for name in unread if not name.endswith(_OF_INPUT))
    return unread


def marks_of(span: Span) -> tuple[str, ...]:
    """Providers that the span shows by its scope, its resource or its keys."""
    if span.name.startswith(_CLAUDE_CODE):
        return ("anthropic",)
    if "openrouter" in span.plan.tags:
        return ("openrouter",)
    return _mark(span.scope.name, str(span.resource.get("service.name")))


@lru_cache(maxsize=1024)
def _mark(scope: str, service: str) -> tuple[str, ...]:
    return next(((name,) for name in _SERVERS if scope.startswith(name) or service.startswith(name)), ())
