"""OTLP export batches in JSON (OTLP 1.x: camelCase, ids in hex, 64-bit numbers as text): spans or log records.

Also what tools write of it a line: a lone span, and the spans of one scope or one resource.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from coagent.domain.rejected import Skipped
from coagent.ingest.formats.otlp_attributes import (
    Pair,
    ResourceJson,
    ScopeJson,
    keys_of,
    nano_of,
    plain_pairs,
    plain_values,
    resource_of,
    scope_of,
)
from coagent.ingest.formats.otlp_logs_json import ResourceLogs, logs_of
from coagent.ingest.formats.proto_names import with_json_names
from coagent.ingest.options import MAX_MESSAGE_BYTES, DecodeOptions, Outcome
from coagent.ingest.refused import Refused, refused_by, rejecting
from coagent.ingest.spans.decode_logs import decode_logs
from coagent.ingest.spans.decode_spans import decode_spans
from coagent.ingest.spans.plan import plan_of
from coagent.ingest.spans.span import STATUS_ERROR, Event, Scope, Span
from coagent.ingest.strict_json import check_size, parse_object


class _Event(msgspec.Struct, gc=False, rename="camel"):
    name: str | None = ""
    time_unix_nano: int | str | None = 0
    attributes: list[Pair] | None = None


class _Status(msgspec.Struct, gc=False):
    code: int | str | None = 0


class _Span(msgspec.Struct, gc=False, rename="camel"):
    trace_id: str | None = ""
    span_id: str | None = ""
    parent_span_id: str | None = ""
    name: str | None = ""
    start_time_unix_nano: int | str | None = 0
    end_time_unix_nano: int | str | None = 0
    status: _Status | None = None
    attributes: list[Pair] | None = None
    events: list[_Event] | None = None


class _ScopeSpans(msgspec.Struct, rename="camel"):
    scope: ScopeJson | None = None
    instrumentation_library: ScopeJson | None = None
    spans: list[_Span] | None = None


class _ResourceSpans(msgspec.Struct, rename="camel"):
    resource: ResourceJson | None = None
    scope_spans: list[_ScopeSpans] | None = None
    instrumentation_library_spans: list[_ScopeSpans] | None = None


class _Export(_ResourceSpans, rename="camel"):
    """An export batch, or one of its parts on its own."""

    scope: ScopeJson | None = None
    instrumentation_library: ScopeJson | None = None
    spans: list[_Span] | None = None
    resource_spans: list[_ResourceSpans] = []
    resource_logs: list[ResourceLogs] | None = None
    resource_metrics: list[msgspec.Raw] | None = None
    span_id: str | None = None


_decode = msgspec.json.Decoder(_Export).decode
_decode_span = msgspec.json.Decoder(_Span).decode
_SNAKE = b'"resource_'
_NAN = re.compile(rb'("doubleValue"\s*:\s*)(?:NaN|-?Infinity)\b')


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """One outcome a span or log record, and what is noted of requests. Metrics hold no single requests."""
    check_size(value, MAX_MESSAGE_BYTES)
    export = _export(value)
    outcomes: list[Outcome] = []
    if export.resource_logs is not None:
        outcomes += decode_logs(logs_of(export.resource_logs), options)
    if export.resource_metrics:
        outcomes.append(Skipped(reason="otlp_metrics"))
    spans = _spans(export, value)
    return outcomes + decode_spans(spans, options) if spans or not outcomes else outcomes


def _export(value: bytes) -> _Export:
    try:
        export = _decode(value)
        if not (export.resource_spans or export.resource_logs or export.resource_metrics) and _SNAKE in value:
            return _decode(msgspec.json.encode(with_json_names(parse_object(value, MAX_MESSAGE_BYTES))))
    except msgspec.ValidationError as error:
        raise refused_by(error) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        if plain := _without_nan(value):
            return _export(plain)
        parse_object(value, MAX_MESSAGE_BYTES)  # says what is wrong
        raise Refused("invalid_json", "not a JSON object") from None
    return export


def _without_nan(value: bytes) -> bytes | None:
    """With null where Python and JavaScript write numbers that JSON does not have; None where there are none."""
    plain = _NAN.sub(rb"\1null", value)
    return plain if plain != value else None


def _spans(export: _Export, value: bytes) -> list[Span]:
    groups = export.resource_spans
    if export.scope_spans or export.instrumentation_library_spans:
        groups = [*groups, export]
    found = [span for group in groups for span in _group(group)]
    if export.spans:
        found += _scope_spans(export, resource_of(export.resource))
    if export.span_id:
        found.append(_span(_decode_span(value), resource_of(export.resource), Scope()))
    return found


def _group(group: _ResourceSpans) -> list[Span]:
    resource = resource_of(group.resource)
    scopes = [*(group.scope_spans or ()), *(group.instrumentation_library_spans or ())]
    return [span for scope in scopes for span in _scope_spans(scope, resource)]


def _scope_spans(group: _ScopeSpans | _Export, resource: Mapping[str, Any]) -> list[Span]:
    scope = scope_of(group.scope or group.instrumentation_library)
    return [_span(span, resource, scope) for span in group.spans or ()]


def _span(span: _Span, resource: Mapping[str, Any], scope: Scope) -> Span:
    pairs = span.attributes or []
    plan = plan_of(keys_of(pairs))
    code = span.status.code if span.status else 0
    return Span(
        plan,
        plain_values(pairs) if plan.is_known else (),
        span.span_id or "",
        span.trace_id or "",
        span.parent_span_id or "",
        span.name or "",
        nano_of(span.start_time_unix_nano),
        nano_of(span.end_time_unix_nano),
        code in {STATUS_ERROR, "STATUS_CODE_ERROR", "ERROR", "2"},
        resource,
        scope,
        _events(span.events) if span.events else (),
    )


def _events(events: Sequence[_Event]) -> list[Event]:
    return [Event(one.name or "", nano_of(one.time_unix_nano), plain_pairs(one.attributes or ())) for one in events]
