"""Which spans are requests to a model, by what they carry."""

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Any

from coagent.ingest.spans.logfire import PENDING, is_open_stream
from coagent.ingest.spans.operations import CALL_NAMES, KEPT, KNOWN, NO_REQUESTS, OTHER_KINDS, REQUEST_KINDS
from coagent.ingest.spans.slugs import Slugs
from coagent.ingest.spans.span import Span

NOT_GENAI, NOT_A_REQUEST, AGGREGATE, REPEATED = "not_genai", "not_a_model_request", "aggregate", "repeated_call"

_WORDS = re.compile("[^a-z0-9]+")
_CLIENT = re.compile(
    r"(?:(?:azure|google|vertex|aws|litellm)[._/: -])?"
    r"(?:openai|anthropic|azure|gemini|genai|vertexai|bedrock|mistral|cohere|groq|ollama|litellm|deepseek|xai)[._/: -]"
)
"""The client library that some name before the operation."""

_EVIDENCE = ("request_model", "response_model")
_TOKENS = ("input_tokens", "output_tokens", "total_tokens", "uncached_input_tokens")

_slugs = Slugs("operation")


class Verdict(Enum):
    """MAYBE: a request unless a span below it is one."""

    REQUEST = "request"
    MAYBE = "maybe"


@lru_cache(maxsize=1024)
def folded(name: str) -> str:
    """Case and separators do not matter.

    >>> folded("chat.completions"), folded("gen_ai.Chat_Completions")
    ('chatcompletions', 'chatcompletions')
    >>> folded("openai.chat"), folded("openai.files")
    ('chat', 'openaifiles')
    """
    lower = name.lower()
    text = _WORDS.sub("", lower)
    if client := _CLIENT.match(lower):
        shorter = _WORDS.sub("", lower[client.end() :])
        text = shorter if shorter in KNOWN or shorter in NO_REQUESTS else text
    return text.removeprefix("genai") or text


def operation_of(name: Any) -> Any:
    """A known request operation by the name of the convention, any other as it is written; None for neither chat nor
    completion nor embeddings.
    """
    if not isinstance(name, str) or name in KEPT:
        return name
    return KNOWN.get(folded(name), name) or None


def verdict_of(span: Span, facts: Mapping[str, Any], fields: Mapping[str, Any]) -> Verdict | str:
    """REQUEST, MAYBE, or the reason why it is none."""
    if "logfire_type" in facts and (reason := _of_logfire(span, facts, fields)):
        return reason
    written = facts.get("operation") or _of_sentry(facts)
    if written == "chat":  # what most spans say
        return Verdict.REQUEST
    operation, kind = _folded(written), _folded(facts.get("kind"))
    if operation in KNOWN:
        return Verdict.REQUEST
    if operation in NO_REQUESTS or kind in OTHER_KINDS:
        return NOT_A_REQUEST
    if kind in REQUEST_KINDS or _folded(span.name) in CALL_NAMES:
        return Verdict.REQUEST
    return _unknown(span, operation, str(written), fields)


def _of_logfire(span: Span, facts: Mapping[str, Any], fields: Mapping[str, Any]) -> str:
    if facts["logfire_type"] == PENDING:
        return NOT_A_REQUEST
    return REPEATED if is_open_stream(span, facts, fields) else ""


def _of_sentry(facts: Mapping[str, Any]) -> Any:
    """Sentry names what a span is for, of HTTP and databases too."""
    name = facts.get("sentry_op")
    return name if isinstance(name, str) and name.startswith("gen_ai.") else None


def _unknown(span: Span, operation: str, written: str, fields: Mapping[str, Any]) -> Verdict | str:
    has_model = any(fields.get(name) is not None for name in _EVIDENCE)
    if has_model and (any(fields.get(name) is not None for name in _TOKENS) or _has_usage(span)):
        return Verdict.MAYBE
    if operation:
        return _slugs.slug(written)
    return Verdict.MAYBE if has_model else NOT_A_REQUEST


def _has_usage(span: Span) -> bool:
    """Under names that only their words explain, or as an object."""
    return bool(span.plan.usage_objects) or any(field in _TOKENS for _, _, field in span.plan.loose)


def _folded(name: Any) -> str:
    return folded(name) if isinstance(name, str) and name else ""


def ancestors_of(spans: Sequence[Span], requests: Sequence[int]) -> set[tuple[str, str]]:
    """Trace and span ids of all that stand above the requests at these places, as far as the spans show."""
    parents = {(span.trace_id, span.span_id): span.parent_id for span in spans if span.span_id}
    above: set[tuple[str, str]] = set()
    for place in requests:
        span = spans[place]
        key = (span.trace_id, span.parent_id)
        while key[1] and key not in above:
            above.add(key)
            key = (span.trace_id, parents.get(key, ""))
    return above
