"""Spans and log records as the OpenTelemetry SDKs print them: Python's ConsoleSpanExporter and ConsoleLogExporter, Go's
stdouttrace, and the JavaScript SDK's records as Gemini CLI writes them to its file; also spans as Phoenix's API lists
them.
"""

from collections.abc import Mapping
from typing import Any

from coagent.ingest.loose_json.moments import nanos_of
from coagent.ingest.loose_json.objects import mapping, mappings, text
from coagent.ingest.options import MAX_MESSAGE_BYTES, DecodeOptions, Outcome
from coagent.ingest.refused import Refused, rejecting
from coagent.ingest.spans.decode_logs import decode_logs
from coagent.ingest.spans.decode_spans import decode_spans
from coagent.ingest.spans.log_events import event_name
from coagent.ingest.spans.plan import event_plan_of, plan_of
from coagent.ingest.spans.span import NANOS, Event, Scope, Span
from coagent.ingest.strict_json import parse_object

_MAX_NANO = 2**64 - 1
"""OTLP's times have 64 bits."""


@rejecting
def decode(value: bytes, options: DecodeOptions) -> list[Outcome]:
    """The outcome of one span or log record."""
    found = parse_object(value, MAX_MESSAGE_BYTES)
    if "SpanContext" in found:
        return decode_spans([_go_span(found)], options)
    if "context" in found and ("start_time" in found or "end_time" in found):
        return decode_spans([_span(found)], options)
    if isinstance(found.get("attributes"), dict):
        return decode_logs([_log(found)], options)
    raise Refused("unknown_format", "neither a span nor a log record as an OpenTelemetry SDK prints them")


def _span(found: Mapping[str, Any]) -> Span:
    attributes, context = mapping(found.get("attributes")), mapping(found.get("context"))
    return Span(
        plan=plan_of(tuple(attributes)),
        values=list(attributes.values()),
        span_id=_id(context.get("span_id")),
        trace_id=_id(context.get("trace_id")),
        parent_id=_id(found.get("parent_id")),
        name=text(found.get("name")),
        start_nano=nanos_of(found.get("start_time")),
        end_nano=nanos_of(found.get("end_time")),
        failed=_status(found) in {"ERROR", "StatusCode.ERROR"},
        resource=mapping(mapping(found.get("resource")).get("attributes")),
        events=[_event(one) for one in mappings(found.get("events"))],
    )


def _status(found: Mapping[str, Any]) -> str:
    """Phoenix's API writes it beside the span's times."""
    return text(mapping(found.get("status")).get("status_code")) or text(found.get("status_code"))


def _event(found: Mapping[str, Any]) -> Event:
    return Event(text(found.get("name")), nanos_of(found.get("timestamp")), mapping(found.get("attributes")))


def _go_span(found: Mapping[str, Any]) -> Span:
    attributes, context = _go_pairs(found.get("Attributes")), mapping(found.get("SpanContext"))
    scope = mapping(found.get("InstrumentationScope") or found.get("InstrumentationLibrary"))
    return Span(
        plan=plan_of(tuple(attributes)),
        values=list(attributes.values()),
        span_id=_id(context.get("SpanID")),
        trace_id=_id(context.get("TraceID")),
        parent_id=_id(mapping(found.get("Parent")).get("SpanID")).strip("0"),
        name=text(found.get("Name")),
        start_nano=nanos_of(found.get("StartTime")),
        end_nano=nanos_of(found.get("EndTime")),
        failed=mapping(found.get("Status")).get("Code") == "Error",
        resource=_go_pairs(found.get("Resource")),
        scope=Scope(text(scope.get("Name")), text(scope.get("Version"))),
    )


def _go_pairs(pairs: Any) -> dict[str, Any]:
    return {text(one.get("Key")): mapping(one.get("Value")).get("Value") for one in mappings(pairs)}


def _log(found: Mapping[str, Any]) -> Span:
    attributes = mapping(found.get("attributes"))
    resource = mapping(found.get("resource"))
    resource = mapping(resource.get("attributes") or resource.get("_rawAttributes"))
    scope = text(mapping(found.get("instrumentationScope")).get("name"))
    name, body = found.get("eventName") or found.get("event_name"), found.get("body")
    return Span(
        plan=event_plan_of(tuple(attributes)),
        values=list(attributes.values()),
        span_id=_id(found.get("span_id")),
        trace_id=_id(found.get("trace_id")),
        name=event_name(name, attributes.get("event.name"), body, scope, resource.get("service.name")),
        end_nano=nanos_of(found.get("timestamp")) or _high_resolution(found.get("hrTime")),
        resource=resource,
        scope=Scope(scope),
    )


def _high_resolution(written: Any) -> int:
    """JavaScript's pair of seconds and nanoseconds; 0 for anything else."""
    pair = written if isinstance(written, list) else []
    if len(pair) != len(("s", "ns")) or not all(type(one) is int and 0 <= one <= _MAX_NANO for one in pair):
        return 0
    nano: int = pair[0] * NANOS + pair[1]
    return nano if nano <= _MAX_NANO else 0


def _id(written: Any) -> str:
    return text(written).removeprefix("0x")
