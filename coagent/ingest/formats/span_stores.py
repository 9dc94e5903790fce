"""Spans as ClickHouse, Jaeger and Zipkin have them.

Source: the schema of the Collector's ClickHouse exporter (durations in nanoseconds), Jaeger's JSON and Zipkin's v2
(microseconds).
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.loose_json.moments import nanos_of
from coagent.ingest.loose_json.numbers import number_of
from coagent.ingest.loose_json.objects import mapping, mappings, text
from coagent.ingest.loose_json.texts import as_object
from coagent.ingest.spans.plan import plan_of
from coagent.ingest.spans.span import Scope, Span


def made_span(attributes: Mapping[str, Any], start_nano: int, nanos: float | None, **known: Any) -> Span:
    """A span of these attributes; what says nothing is left out. `nanos` is its duration."""
    written = {name: value for name, value in attributes.items() if value not in (None, "", "-")}
    return Span(
        plan=plan_of(tuple(written)),
        values=list(written.values()),
        start_nano=start_nano,
        end_nano=start_nano + round(nanos) if start_nano and nanos is not None else 0,
        **known,
    )


def of_clickhouse(row: Mapping[str, Any]) -> Span:
    return made_span(
        as_object(row.get("SpanAttributes")),
        nanos_of(row.get("Timestamp")),
        number_of(row.get("Duration")),
        span_id=text(row.get("SpanId")),
        trace_id=text(row.get("TraceId")),
        parent_id=text(row.get("ParentSpanId")),
        name=text(row.get("SpanName")),
        failed=text(row.get("StatusCode")).upper().endswith("ERROR"),
        resource=as_object(row.get("ResourceAttributes")),
        scope=Scope(text(row.get("ScopeName")), text(row.get("ScopeVersion"))),
    )


def of_jaeger(span: Mapping[str, Any], processes: Mapping[str, Any]) -> Span:
    attributes, microseconds = _tags(span.get("tags")), number_of(span.get("duration"))
    process = mapping(processes.get(text(span.get("processID"))) or span.get("process"))
    resource = _tags(process.get("tags")) | {"service.name": text(process.get("serviceName"))}
    parents = (text(one.get("spanID")) for one in mappings(span.get("references")) if one.get("refType") == "CHILD_OF")
    return made_span(
        attributes,
        nanos_of(span.get("startTime")),
        None if microseconds is None else microseconds * 1e3,
        span_id=text(span.get("spanID")),
        trace_id=text(span.get("traceID")),
        parent_id=next(parents, ""),
        name=text(span.get("operationName")),
        failed=_is_true(attributes.get("error")) or attributes.get("otel.status_code") == "ERROR",
        resource=resource,
        scope=Scope(text(attributes.get("otel.scope.name") or attributes.get("otel.library.name"))),
    )


def _tags(written: Any) -> dict[str, Any]:
    return {text(one.get("key")): one.get("value") for one in mappings(written)}


def _is_true(value: Any) -> bool:
    return value is True or value == "true"


def of_zipkin(span: Mapping[str, Any]) -> Span:
    attributes, microseconds = mapping(span.get("tags")), number_of(span.get("duration"))
    return made_span(
        attributes,
        nanos_of(span.get("timestamp")),
        None if microseconds is None else microseconds * 1e3,
        span_id=text(span.get("id")),
        trace_id=text(span.get("traceId")),
        parent_id=text(span.get("parentId")),
        name=text(span.get("name")),
        failed="error" in attributes or attributes.get("otel.status_code") == "ERROR",
        resource={"service.name": text(mapping(span.get("localEndpoint")).get("serviceName"))},
        scope=Scope(text(attributes.get("otel.scope.name"))),
    )
