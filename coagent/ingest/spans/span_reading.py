"""A span becomes a `Reading`: canonical names, plain values, and the evidence that stands beside them."""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.content.attributes import error_type_of, label_of
from coagent.ingest.loose_json.moments import moment_s
from coagent.ingest.loose_json.numbers import number_of, seconds_of_ms
from coagent.ingest.loose_json.texts import as_object, unquoted
from coagent.ingest.options import DecodeOptions
from coagent.ingest.reading import Reading
from coagent.ingest.spans.logfire import add_log
from coagent.ingest.spans.producers import counts_of, marks_of, not_counted
from coagent.ingest.spans.provider_metadata import add_provider_metadata
from coagent.ingest.spans.requests import operation_of
from coagent.ingest.spans.server_address import host_of
from coagent.ingest.spans.span import NANOS, Span
from coagent.ingest.spans.span_content import content_fields
from coagent.ingest.spans.span_events import add_events
from coagent.ingest.spans.usage_objects import add_costs, add_parameters, add_usage

_FIRST_TOKEN_EVENTS = frozenset({
    "First Token Stream Event", "llm.content.completion.chunk", "gen_ai.first_token", "first_token",
    "gen_ai.content.first_token",
})  # fmt: skip
"""Events at the first token: of OpenInference, OpenLLMetry and others; the first of a name counts."""

_VERCEL_FIRST_CHUNK = "ai.stream.firstChunk"
_STRANDS = "strands."
"""Strands writes the time to the first token in milliseconds under the convention's name."""
_PROVIDER = ("gen_ai.provider.name", "gen_ai.system")
"""Some set them once, for all spans of a service."""

_EMBEDDING_KINDS = frozenset({"EMBEDDING", "embedding", "embeddings"})


def reading_of(span: Span, fields: dict[str, Any], facts: Mapping[str, Any], options: DecodeOptions) -> Reading:
    """The reading of a span that is a request; takes over and completes `fields`, what its plan read."""
    plan = span.plan
    unread = add_usage(span, fields) if plan.loose or plan.usage_objects else ()
    if plan.cost_objects or plan.parameter_objects:
        add_costs(span, fields)
        add_parameters(span, fields)
    if "vercel" in plan.tags:
        add_provider_metadata(span, fields)
    if span.events:
        add_events(span, fields)
    if plan.has_content:
        fields |= content_fields(span.attributes(), options)
    _add_facts(span, fields, facts, options)
    _add_times(span, fields, facts)
    if "logfire_type" in facts:
        add_log(span, facts, fields)
    excludes_cache, excludes_reasoning = counts_of(span, fields)
    return Reading(
        fields=fields,
        host=host_of(facts),
        marks=marks_of(span),
        input_excludes_cache=excludes_cache,
        output_excludes_reasoning=excludes_reasoning,
        unread=not_counted(span, unread),
        response_id=call_id(span.trace_id, facts.get("response_id")),
    )


def call_id(trace_id: str, response_id: Any) -> str | None:
    """What all spans of one call share: the answer's id within its trace. None without either, for some servers that
    stand in for a provider give every answer the same id.
    """
    return f"{trace_id}/{response_id}" if trace_id and response_id and isinstance(response_id, str) else None


def _add_facts(span: Span, fields: dict[str, Any], facts: Mapping[str, Any], options: DecodeOptions) -> None:
    _add_operation(fields, facts)
    fields["request_id"] = span.span_id or facts.get("request_id") or facts.get("response_id")
    fields["app_version"] = fields.get("app_version") or span.resource.get("service.version")
    if fields.get("provider") is None:
        fields["provider"] = next((span.resource[name] for name in _PROVIDER if name in span.resource), None)
    if options.tenant_attribute:
        fields["tenant"] = label_of(span.named(options.tenant_attribute))
    task = label_of(span.named(options.task_attribute)) if options.task_attribute else None
    fields["task"] = facts.get("task") if task is None else task
    fields["status"] = "error" if span.failed or fields.get("error_type") is not None else "ok"
    if fields.get("cost_usd") is None and "input_cost" in facts:
        fields["cost_usd"] = _sum(facts["input_cost"], facts.get("output_cost"))
    if "genkit" in facts:
        _add_genkit(span, str(facts["genkit"]), fields)


def _add_operation(fields: dict[str, Any], facts: Mapping[str, Any]) -> None:
    written = facts.get("operation")
    operation = operation_of(written)
    if written != "chat" and isinstance(written, str) and "stream" in written.lower():
        fields.setdefault("stream", True)
    if operation is None and str(facts.get("kind")) in _EMBEDDING_KINDS:
        operation = "embeddings"
    if operation is not None:
        fields["operation"] = operation


def _sum(first: Any, second: Any) -> float | None:
    one, two = number_of(first), number_of(second)
    return None if one is None or two is None else one + two


def _add_genkit(span: Span, name: str, fields: dict[str, Any]) -> None:
    """Genkit names a model `googleai/gemini-2.5-flash` and writes its usage into the output."""
    provider, _, model = name.partition("/")
    fields.setdefault("request_model", model or name)
    if model:
        fields.setdefault("provider", provider)
    output = as_object(span.named("genkit:output"))
    usage = as_object(output.get("usage"))
    for field, names in _GENKIT_USAGE.items():
        fields.setdefault(field, next((usage[one] for one in names if one in usage), None))
    fields.setdefault("finish_reason", output.get("finishReason"))


_GENKIT_USAGE = {
    "input_tokens": ("inputTokens",),
    "output_tokens": ("outputTokens",),
    "total_tokens": ("totalTokens",),
    "cached_input_tokens": ("cachedContentTokens",),
    "reasoning_tokens": ("thoughtsTokens",),
}


def _add_times(span: Span, fields: dict[str, Any], facts: Mapping[str, Any]) -> None:
    start, end = span.start_nano, span.end_nano
    fields["time"] = start / NANOS if start else None
    if end and start:
        fields["duration_s"] = (end - start) / NANOS
    if span.scope.name.startswith(_STRANDS):
        fields["time_to_first_token_s"] = seconds_of_ms(fields.get("time_to_first_token_s"))
    if fields.get("time_to_first_token_s") is None:
        first = _first_token_s(span)
        fields["time_to_first_token_s"] = _since(start, facts["first_token_at"]) if "first_token_at" in facts else first
    if fields.get("error_type") is None and span.failed:
        fields["error_type"] = _exception(span)
    if fields.get("http_status") is None and str(fields.get("error_type")).isdecimal():
        fields["http_status"] = fields["error_type"]


def _first_token_s(span: Span) -> float | None:
    for event in span.events:
        if event.name in _FIRST_TOKEN_EVENTS and event.nano and span.start_nano:
            return (event.nano - span.start_nano) / NANOS
        if event.name == _VERCEL_FIRST_CHUNK:
            milliseconds = number_of(event.attributes.get("ai.response.msToFirstChunk"))
            return None if milliseconds is None else milliseconds / 1000
    return None


def _since(start_nano: int, written: Any) -> float | None:
    """Seconds from the start to a time, plain or as JSON."""
    moment = moment_s(unquoted(written)) if start_nano else None
    return None if moment is None else moment - start_nano / NANOS


def _exception(span: Span) -> Any:
    for event in span.events:
        if event.name == "exception":
            return error_type_of(event.attributes.get("exception.type"))
    return None
